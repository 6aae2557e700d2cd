import { expect, test } from 'vitest';
import { composeFiles, composeWords } from '../../scripts/src/deploy/compose-files.ts';
import { choices } from './deployed.ts';
import { readFiles } from './read-files.ts';
import type { ComposeService } from './rules/rule.ts';
import { runDocker } from './run-docker.ts';

interface Port {
  host_ip: string;
  published: string;
  target: number;
}

const portOf = (port: string | Port): string =>
  typeof port === 'string' ? port : `${port.host_ip}:${port.published}:${port.target}`;

/** The same in one shape: Compose sorts, and writes mounts out. */
const inOneShape = (service: ComposeService) => {
  const { image, user, command, tmpfs, networks, ports, environment, volumes, read_only, mem_limit } =
    service;
  const pairs = Array.isArray(environment)
    ? environment
    : Object.entries(environment ?? {}).map(([key, value]) => `${key}=${value}`);
  const targets = (volumes ?? []).map((one: string | { target: string }) =>
    typeof one === 'string' ? one.split(':')[1] : one.target,
  );
  const names = Array.isArray(networks) ? networks : Object.keys(networks ?? {});
  return {
    ...{ image, user, command, read_only, mem_limit: String(mem_limit), ports: (ports ?? []).map(portOf) },
    ...{ pairs: pairs.toSorted(), tmpfs, targets: targets.toSorted(), networks: names.toSorted() },
  };
};

test.each(choices.map((overlays) => [composeFiles(overlays).join(' + '), overlays] as const))(
  'Docker reads %s as the static rules do',
  async (_title, overlays) => {
    const words = composeWords({ overlays, envFile: '/dev/null' });
    const text = await runDocker([...words, 'config', '--format', 'json', '--no-interpolate']);
    const theirs = (JSON.parse(text) as { services: Record<string, ComposeService> }).services;
    const ours = readFiles(composeFiles(overlays)).services;
    expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(ours).toSorted());
    for (const [name, service] of Object.entries(ours)) {
      expect([name, inOneShape(theirs[name] ?? {})]).toEqual([name, inOneShape(service)]);
    }
  },
);
