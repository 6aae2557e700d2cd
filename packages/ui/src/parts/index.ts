export { badge, card, empty, notice, type Tone } from './boxes.ts';
export { type Choice, choices, menu, tabs, toggle } from './choices.ts';
export { codeBlock, confirmDialog, progress } from './code.ts';
export { type Field, field, type Option, type Select, select } from './field.ts';
export { crumbs, type PagesLinks, pagesNav } from './paths.ts';
export { type RangePicker, rangePicker } from './range.ts';
export { type Column, row, share, spark, type TableOptions, table } from './table.ts';
export { type Tile, tile, tiles } from './tile.ts';
