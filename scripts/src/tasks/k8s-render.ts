import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCommands } from '../commands.ts';
import { overlays, renderOverlay, root } from '../deploy/kustomize.ts';
import type { Task } from '../task.ts';

const options = { 'dry-run': { type: 'boolean', default: false } } as const;

/** @returns whether it was another before */
const put = (path: string, text: string, dryRun: boolean): boolean => {
  const whole = join(root, 'k8s', path);
  if (existsSync(whole) && readFileSync(whole, 'utf8') === text) return false;
  if (!dryRun) writeFileSync(whole, text);
  return true;
};

/** After every change of settings, rules, dashboards or manifests: what it means is then seen in the diff. */
export const k8sRender: Task = {
  name: 'k8s:render',
  group: 'Kubernetes',
  line: 'writes what each overlay applies to k8s/rendered, and the files of k8s made of others',
  usage: 'k8s:render [--dry-run]',
  help: `
--dry-run   only says which files would change`,
  changes: true,
  async run(args, io) {
    const { values } = parseArgs({ args, options });
    const dryRun = values['dry-run'];
    // Loaded here: it reads the settings of all services.
    const { generatedFiles } = await import('../deploy/k8s-files.ts');
    const say = (path: string) => io.out(`k8s/${path} ${dryRun ? 'would change' : 'written'}\n`);
    for (const [path, text] of await generatedFiles(root)) if (put(path, text, dryRun)) say(path);
    const commands = createCommands(io, dryRun);
    for (const overlay of overlays()) {
      const path = `rendered/${overlay}.yaml`;
      if (put(path, await renderOverlay(overlay, commands), dryRun)) say(path);
    }
    return 0;
  },
};
