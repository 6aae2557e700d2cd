import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Asset, type Assets, createAssets } from './asset-set.ts';
import { linked } from './imports.ts';
import { joinedSheets } from './joined-sheets.ts';
import { uiAssets } from './ui-assets.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const load = (folder: URL, name: string): Asset => {
  const type = types[extname(name)];
  if (!type) throw new Error(`no content type is known for ${name}`);
  const body = readFileSync(new URL(name, folder));
  return { type, body: name.endsWith('.js') ? Buffer.from(linked(body.toString(), uiAssets)) : body };
};

/** Sheets by the name they are sent with: the names, without `.css`, of the files in `css/` that each is made of. */
export type Sheets = Readonly<Record<string, readonly string[]>>;

const join = (folder: URL, parts: readonly string[]): Asset => ({
  type: types['.css'] as string,
  body: Buffer.from(joinedSheets(new URL('css/', folder), parts)),
});

/**
 * Reads files of a folder once and gives them addresses that change with their content: `/_ui/<hash>/<name>`.
 * One hash for the set, so that modules of it can import each other as `./name.js`; the shared modules they import as
 * `@pushtech/ui/browser/name.js`, which is replaced by their address here.
 * `sheets` are put together of small ones, e.g. `{ 'sites.css': ['page', 'table'] }`, so that a page asks for one.
 * @throws Error when a file is missing or of a kind without a known content type, or imports a module that is not shared
 */
export const loadAssets = (folder: URL, names: readonly string[], sheets: Sheets = {}): Assets =>
  createAssets(
    new Map([
      ...names.map((name): [string, Asset] => [name, load(folder, name)]),
      ...Object.entries(sheets).map(([name, parts]): [string, Asset] => [name, join(folder, parts)]),
    ]),
  );
