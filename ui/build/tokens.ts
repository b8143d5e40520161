import { teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme, type Theme } from '@fluentui/tokens';
import type { Plugin } from 'vite';

/** The tokens the screens use; every other one stays out of the bundle. */
const COLORS = [
  'colorBrandBackground',
  'colorBrandBackground2',
  'colorBrandBackgroundHover',
  'colorBrandBackgroundPressed',
  'colorBrandForeground2',
  'colorBrandForegroundLink',
  'colorCompoundBrandBackground',
  'colorCompoundBrandStroke',
  'colorNeutralBackground1',
  'colorNeutralBackground1Hover',
  'colorNeutralBackground1Pressed',
  'colorNeutralBackground3',
  'colorNeutralForeground1',
  'colorNeutralForeground2',
  'colorNeutralForeground3',
  'colorNeutralForegroundDisabled',
  'colorNeutralForegroundOnBrand',
  'colorNeutralStroke1',
  'colorNeutralStroke2',
  'colorNeutralStroke3',
  'colorNeutralStrokeAccessible',
  'colorPaletteBerryForeground3',
  'colorPaletteLightGreenForeground3',
  'colorPaletteMarigoldBackground3',
  'colorPaletteRedBackground3',
  'colorStatusDangerBackground1',
  'colorStatusDangerBorder1',
  'colorStatusDangerForeground3',
  'colorStatusWarningBackground1',
  'colorStatusWarningBorder1',
  'colorStatusWarningForeground1',
  'colorStrokeFocus2',
] as const satisfies readonly (keyof Theme)[];

const SIZES = [
  'borderRadiusCircular',
  'borderRadiusLarge',
  'borderRadiusMedium',
  'curveEasyEase',
  'durationFaster',
  'fontFamilyBase',
  'fontWeightRegular',
  'fontWeightSemibold',
] as const satisfies readonly (keyof Theme)[];

const ID = 'virtual:tokens.css';

function declarations(theme: Theme, names: readonly (keyof Theme)[]): string {
  return names.map((name) => `--${name}:${theme[name]};`).join('');
}

/** The stylesheet: light, dark, and the high contrast theme for who asks for more contrast on dark ground. The person's choice
 * (`data-theme` of the document) goes before the system's. */
export function stylesheet(): string {
  const chosen = ':root[data-theme=dark]';
  const system = ':root:not([data-theme])';
  const dark = (theme: Theme, also = '') => {
    const colors = `{color-scheme:dark;${declarations(theme, COLORS)}}`;
    const more = also && `@media ${also}`;
    const wrapped = (rules: string) => (more ? `${more}{${rules}}` : rules);
    return [
      wrapped(`${chosen}${colors}`),
      `@media (prefers-color-scheme: dark)${also && ` and ${also}`}{${system}${colors}}`,
    ].join('\n');
  };
  return [
    `:root{color-scheme:light;${declarations(teamsLightTheme, [...SIZES, ...COLORS])}}`,
    dark(teamsDarkTheme),
    dark(teamsHighContrastTheme, '(prefers-contrast: more)'),
  ].join('\n');
}

const NAMES = [...SIZES, ...COLORS];

/** `css` with short names for the tokens: the long ones are a third of the stylesheet. */
export function shortened(css: string): string {
  return css.replace(/--([a-z]\w+)/gi, (whole, name: string) => {
    const place = (NAMES as string[]).indexOf(name);
    return place < 0 ? whole : `--${place.toString(36)}`;
  });
}

/** Serves Fluent's design tokens as CSS variables under `virtual:tokens.css`. */
export function tokens(): Plugin {
  return {
    name: 'tokens',
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load: (id) => (id === `\0${ID}` ? stylesheet() : undefined),
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.fileName.endsWith('.css')) file.source = shortened(String(file.source));
      }
    },
  };
}
