/** JSON whose numbers stay the text that they are: a config is the embedder's, and no digit of it is ours to lose. */

import { parse, stringify } from 'lossless-json';

export type Exact = Record<string, unknown>;

export const parseExact = (text: string): unknown => parse(text);

export const exactText = (value: unknown, indent = 2): string => stringify(value, undefined, indent) ?? '';
