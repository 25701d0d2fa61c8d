import { type GlyphName, glyphs } from './glyphs';

/** Glyph draws one glyph; with fate, in the colour of the fate that has its name. */
export function Glyph({ name, fate }: { name: GlyphName; fate?: boolean }) {
  return (
    <svg class={fate ? `g ${name}` : 'g'} viewBox="0 0 16 16" aria-hidden="true">
      {glyphs[name]}
    </svg>
  );
}
