import { type Fate, wordOf } from './fate';
import { Glyph } from './glyph';

/** Legend says what the glyphs of a chart stand for. */
export function Legend({ fates }: { fates: Fate[] }) {
  return (
    <p class="legend">
      {fates.map((fate) => (
        <span key={fate}>
          <Glyph name={fate} fate />
          {fate === 'plan' ? 'Coming' : wordOf(fate)}
        </span>
      ))}
    </p>
  );
}
