import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Names of ours that no browser and no sender knows: made short. What is sent or asked of a browser must not be here. */
const OURS =
  /^(adopt|again|busy|byDefault|clock|counted|due|everyHash|forget|hold|kept|leave|names|put|queue|remove|lose|refused|rouse|say|text|until|view|wait|wake|write)$/;

/** The script for pages in one piece: what lies in `built/t.js`. `node packages/tag/build.ts` writes it. */
export const bundleTag = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [at('src/script.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    mangleProps: OURS,
    legalComments: 'none',
    // Nothing of a compiler's settings belongs into the file.
    tsconfigRaw: {},
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
};

if (import.meta.main) {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(at('built/t.js'), await bundleTag());
}
