import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tasks } from '../src/run-task.ts';
import { taskGroups } from '../src/task.ts';
import { hearTask } from './hear-task.ts';

/** What operators were told that there is. */
const promised = [
  ...['dotenv:generate', 'engines', 'topics', 'migrate', 'images:build', 'images:push'],
  ...['compose:up', 'compose:down', 'compose:open', 'compose:logs', 'minikube:start'],
  ...['k8s:namespace', 'k8s:secrets', 'k8s:render', 'k8s:up', 'k8s:down', 'k8s:diff'],
  ...['replay', 'tail', 'dead:replay', 'backup', 'restore', 'erase', 'export'],
  ...['promises', 'smoke', 'link', 'token'],
];

const flagsIn = (text: string): string[] => [...new Set(text.match(/--[a-z][a-z-]*/g) ?? [])];

describe('the list of tasks', () => {
  test('has all that were promised, each once, in order of their names', () => {
    const names = tasks.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(promised));
    expect(names).toEqual([...new Set(names)].toSorted());
  });

  test('shows them under headings', async () => {
    const { out } = await hearTask([], {});
    const headings = out
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .slice(1);
    expect(headings).toEqual(taskGroups.filter((group) => tasks.some((task) => task.group === group)));
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('is shown without loading servers or drivers of stores', () => {
    const loaded = new Set<string>();
    const follow = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const source = readFileSync(file, 'utf8');
      // `import type` and `export type` are gone when it runs.
      for (const [, from = ''] of source.matchAll(/^(?:import|export) (?!type)[^;]*?from '([^']+)'/gm)) {
        if (from.startsWith('.')) follow(join(dirname(file), from));
        else loaded.add(from);
      }
    };
    follow(fileURLToPath(new URL('../src/run-task.ts', import.meta.url)));
    const packages = [...loaded].filter((name) => !name.startsWith('/') && !name.startsWith('node:'));
    expect(packages.toSorted()).toEqual(
      expect.not.arrayContaining(['@pushtech/service', 'fastify', 'mongodb']),
    );
    // Small ones, that some task needs at once.
    const small = new Set(['@pushtech/event', 'ws', 'yaml']);
    expect(packages.filter((name) => !small.has(name))).toEqual([]);
  });
});

describe.each(tasks.map((task) => [task.name, task] as const))('%s', (name, task) => {
  const { line, usage, help, group } = task;

  test('says in one line what it does, under a heading', () => {
    expect(line.length).toBeLessThanOrEqual(90);
    expect(line).toMatch(/^[a-z].*[^.]$/);
    expect(taskGroups).toContain(group);
  });

  test('explains with --help its usage and every flag, and does nothing', async () => {
    const { code, out, said } = await hearTask([name, '--help'], {});
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(usage === name || usage.startsWith(`${name} `)).toBe(true);
    expect(out).toContain(line);
    expect(out).toContain(`npm run tasks -- ${usage}`);
    expect(flagsIn(usage).filter((flag) => !help.includes(flag))).toEqual([]);
    expect(help.trim()).not.toBe('');
  });

  test('explains the flags on lines of their own, and no others than it has', () => {
    for (const row of help.trim().split('\n')) expect(row.length).toBeLessThanOrEqual(120);
    expect(flagsIn(help.replace(/^.*other than.*$/gm, '')).filter((flag) => !usage.includes(flag))).toEqual(
      [],
    );
  });

  test('ends with code 2 where it is given a flag that it does not have', async () => {
    const { code, said } = await hearTask([name, '--no-such-flag'], {});
    expect({ code, said: said.includes(`Usage: npm run tasks -- ${usage}`) }).toEqual(
      name === 'engines' ? { code: 2, said: false } : { code: 2, said: true },
    );
  });
});

test.each(tasks.filter(({ changes }) => changes).map(({ name, usage }) => [name, usage]))(
  '%s can be tried without changing anything',
  (_, usage) => {
    expect(usage).toContain('[--dry-run]');
  },
);
