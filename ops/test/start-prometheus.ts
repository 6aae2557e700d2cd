import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { opsFolder } from './ops-files.ts';

export interface Sample {
  metric: Record<string, string>;
  value: [at: number, value: string];
}

export interface Prometheus {
  /** What an expression gives now. */
  ask(expr: string): Promise<Sample[]>;
  /** The values of a label in the series of a selector. */
  labelValues(selector: string, label: string): Promise<string[]>;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Writes the configuration: our rules, and one job for each target, named as it is. */
const configure = (folder: string, targets: { name: string; url: string }[], token: string): string => {
  mkdirSync(folder, { recursive: true });
  cpSync(fileURLToPath(new URL('prometheus/rules/pushtech.yaml', opsFolder)), join(folder, 'rules.yaml'));
  const path = join(folder, 'prometheus.yml');
  const jobs = targets.map(({ name, url }) => ({
    job_name: name,
    authorization: { credentials: token },
    static_configs: [{ targets: [new URL(url).host] }],
  }));
  writeFileSync(
    path,
    stringify({
      global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      scrape_configs: jobs,
    }),
  );
  return path;
};

/** A Prometheus of its own that scrapes the targets every two seconds with the token. */
export const startPrometheus = async (
  folder: string,
  targets: { name: string; url: string }[],
  token: string,
): Promise<Prometheus> => {
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configure(folder, targets, token)}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    const said = (await answer.json()) as { status: string; error?: string; data: T };
    if (said.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${said.error}`);
    return said.data;
  };
  const ask = async (expr: string) =>
    (await get<{ result: Sample[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result;
  for (let tries = 0; ; tries++) {
    if (await ask('vector(1)').catch(() => undefined)) break;
    if (tries > 100 || child.exitCode !== null) throw new Error('prometheus does not get ready');
    await sleep(100);
  }
  return {
    ask,
    get,
    async labelValues(selector, label) {
      const series = await get<Record<string, string>[]>(
        `/api/v1/series?match[]=${encodeURIComponent(selector)}`,
      );
      return [...new Set(series.flatMap((one) => one[label] ?? []))];
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
};
