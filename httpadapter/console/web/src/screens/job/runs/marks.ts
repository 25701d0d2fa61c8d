import type uPlot from 'uplot';

import type { Fate } from '../../../ui/fate';
import type { Slot } from './slots';

export const ink = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A fate fills its bar, or has only an outline: what was ended by something else is hollow. */
const bars: Partial<Record<Fate, { fill: string; line?: string }>> = {
  ok: { fill: '--ok-fill' },
  fail: { fill: '--fail-fill' },
  timeout: { fill: '--fail-tint', line: '--fail-fill' },
  cancel: { fill: '--quiet-tint', line: '--quiet-fill' },
};

type Sizes = { limit: number; top: number; below: number; font: string };

/** mark draws the bars, what hangs below the line, where a version begins, and the timeout. */
export function mark(u: uPlot, slots: Slot[], { limit, top, below, font }: Sizes) {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const x = (i: number) => u.valToPos(i, 'x', true);
  const y = (s: number) => Math.round(u.valToPos(s, 'y', true));
  const right = u.bbox.left + u.bbox.width;
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string, dash: number[] = []) => {
    ctx.strokeStyle = ink(colour);
    ctx.lineWidth = ratio;
    ctx.setLineDash(dash.map((d) => d * ratio));
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
    ctx.setLineDash([]);
  };
  const text = (words: string, at: number, level: number, colour: string, align: CanvasTextAlign, weight = '') => {
    ctx.fillStyle = ink(colour);
    ctx.font = `${weight} ${font.replace('11px', `${11 * ratio}px`)}`.trim();
    ctx.textAlign = align;
    ctx.textBaseline = 'middle';
    ctx.fillText(words, at, level);
  };
  ctx.save();
  line(u.bbox.left, y(0) + ratio / 2, right, y(0) + ratio / 2, '--line-strong');
  let version: number | null = null;
  slots.forEach((slot, i) => {
    if (slot.version === null || slot.version === version) return;
    if (version !== null) {
      const at = Math.round(x(i - 0.5)) + ratio / 2;
      line(at, u.bbox.top - 10 * ratio, at, y(0), '--line-strong');
      text(`v${slot.version}`, at + 4 * ratio, u.bbox.top - 6 * ratio, '--ink', 'left', '600');
    }
    version = slot.version;
  });
  if (limit) {
    line(u.bbox.left, y(limit) + ratio / 2, right, y(limit) + ratio / 2, '--fail-fill', [4, 3]);
    text(`${words(limit)} timeout`, u.bbox.left - 8 * ratio, y(limit), '--fail-text', 'right');
  }
  if (slots.some((slot) => !slot.bars.length)) text('no run', u.bbox.left - 8 * ratio, y(-top * below * 0.62), '--ink-3', 'right');
  const whole = Math.min(20 * ratio, (u.bbox.width / slots.length) * 0.6);
  slots.forEach((slot, i) => {
    const width = whole / slot.bars.length;
    slot.bars.forEach((bar, n) => drawBar(ctx, bar.fate, x(i) - whole / 2 + n * width, width, y(Math.min(bar.seconds, top)), y(0), ratio));
  });
  ctx.restore();
}

function drawBar(ctx: CanvasRenderingContext2D, fate: Fate, left: number, width: number, high: number, low: number, ratio: number) {
  const { fill, line } = bars[fate] ?? { fill: '--run-fill' };
  const gap = width > 4 * ratio ? ratio / 2 : 0;
  const height = Math.max(ratio, low - high);
  ctx.fillStyle = ink(fill);
  ctx.fillRect(left + gap, low - height, width - 2 * gap, height);
  if (line) {
    ctx.strokeStyle = ink(line);
    ctx.lineWidth = 1.25 * ratio;
    ctx.strokeRect(left + gap + ratio / 2, low - height + ratio / 2, Math.max(ratio, width - 2 * gap - ratio), height - ratio);
  }
  if (fate === 'fail' || fate === 'timeout') {
    ctx.fillStyle = ink('--fail-fill');
    ctx.fillRect(left + gap, low + 3 * ratio, width - 2 * gap, 5 * ratio);
  }
}

/** words is a timeout in one unit, which its margin has room for. */
function words(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds % 60 === 0 && seconds < 36_000) return `${seconds / 60} min`;
  return `${seconds} s`;
}
