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

/** The stylesheet: light, dark, and the high contrast theme for who asks for more contrast on dark ground. */
export function stylesheet(): string {
  const dark = '@media (prefers-color-scheme: dark)';
  const contrast = '@media (prefers-color-scheme: dark) and (prefers-contrast: more)';
  return [
    `:root{${declarations(teamsLightTheme, [...SIZES, ...COLORS])}}`,
    `${dark}{:root{${declarations(teamsDarkTheme, COLORS)}}}`,
    `${contrast}{:root{${declarations(teamsHighContrastTheme, COLORS)}}}`,
  ].join('\n');
}

/** Serves Fluent's design tokens as CSS variables under `virtual:tokens.css`. */
export function tokens(): Plugin {
  return {
    name: 'tokens',
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load: (id) => (id === `\0${ID}` ? stylesheet() : undefined),
  };
}
