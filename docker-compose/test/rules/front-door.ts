import type { DeployedService } from '../../../scripts/src/deploy/services.ts';
import type { Rule } from './rule.ts';

/** Where the paths of a matcher lead: `@name path …` and `handle @name { import to <service> <port> }`. */
const pathsIn = (text: string): Map<string, { paths: string[]; to: string }> => {
  const found = new Map<string, { paths: string[]; to: string }>();
  for (const [, name = '', paths = ''] of text.matchAll(/^\s*@([\w-]+) path (.*)$/gm)) {
    const to = new RegExp(`handle @${name} \\{\\s*import to ([^\\n]*)`).exec(text)?.[1] ?? '';
    found.set(name, { paths: paths.split(' ').filter((path) => path.startsWith('/')), to });
  }
  return found;
};

const byPath = (text: string, { name, port, paths = [], host }: DeployedService): string[] => {
  if (!host) return [];
  const to = `import to ${name} ${port}`;
  if (paths.length === 0)
    return text.includes(`handle {\n\t\t${to}\n`) ? [] : [`the rest does not lead to ${name}`];
  const found = pathsIn(text).get(name);
  if (!found) return [`no paths lead to ${name}`];
  return [
    ...(found.to === `${name} ${port}` ? [] : [`the paths of ${name} lead to "${found.to}"`]),
    ...paths.filter((path) => !found.paths.includes(path)).map((path) => `${path} does not lead to ${name}`),
    ...found.paths.filter((path) => !paths.includes(path)).map((path) => `${path} is no path of ${name}`),
  ];
};

const byHost = (text: string, { name, port, host }: DeployedService): string[] =>
  !host || text.includes(`${host}.{$DOMAIN} {\n\timport to ${name} ${port}\n}`)
    ? []
    : [`${host}. does not lead to ${name} ${port}`];

/** The front door leads where `scripts/src/deploy/services.ts` says, by paths and by host names. */
export const frontDoor: Rule = (_file, { services, caddyfiles }) =>
  Object.entries(caddyfiles).flatMap(([name, text]) =>
    services
      .flatMap((service) => (text.includes('{$DOMAIN}') ? byHost(text, service) : byPath(text, service)))
      .map((why) => `${name}: ${why}`),
  );
