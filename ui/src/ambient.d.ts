declare module 'glyph:*' {
  const outline: { box: string; paths: string[] };
  export default outline;
}

declare module 'virtual:tokens.css';

/** Each sentence of the window's part of the catalogue, in the order of `LANGUAGES`. */
declare module 'virtual:sentences' {
  const sentences: Record<string, readonly string[]>;
  export default sentences;
}

declare module 'virtual:sentences-behind' {
  const sentences: Record<string, readonly string[]>;
  export default sentences;
}

declare module 'virtual:sentences-sign-in' {
  const sentences: Record<string, readonly string[]>;
  export default sentences;
}

declare module 'virtual:sentences-numbers' {
  const sentences: Record<string, readonly string[]>;
  export default sentences;
}

declare module 'virtual:every-sentence' {
  const sentences: Record<string, readonly string[]>;
  export default sentences;
}

declare module 'virtual:about' {
  export const version: string;
  /** The text of the program's own licence. */
  export const licence: string;
  export const carried: { name: string; version: string; licence: string; copyright: string }[];
}
