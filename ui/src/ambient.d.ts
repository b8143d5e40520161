declare module 'glyph:*' {
  const outline: { box: string; paths: string[] };
  export default outline;
}

declare module 'virtual:tokens.css';
