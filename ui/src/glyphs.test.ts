import { expect, test } from 'vitest';

import { outline } from '../build/glyphs.ts';

test('an icon is its view box and its paths', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 16"/><path d="M1 2"/></svg>';
  expect(outline(svg)).toEqual({ box: '0 0 16 16', paths: ['M8 16', 'M1 2'] });
});

test.each(['<svg viewBox="0 0 1 1"><script/></svg>', '<svg viewBox="0 0 1 1"><path d="M0"/><g/></svg>', ''])(
  'anything more than paths is refused: %s',
  (svg) => {
    expect(() => outline(svg)).toThrow('not a plain outline');
  },
);
