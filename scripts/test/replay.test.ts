import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Job, replayFile } from '../src/replay/replay-file.ts';
import { hearTask } from './hear-task.ts';
import { type Interfere, startStandIn } from './stand-in.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const realLog = fixture('apache_combined_10000.log.gz');

const folder = mkdtempSync(join(tmpdir(), 'pushtech-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));
let folders = 0;

const newFolder = (): string => {
  const path = join(folder, String(folders++));
  mkdirSync(path);
  return path;
};

const logLine = (n: number, target = `/page/${n}`): string =>
  `10.0.${n >> 8}.${n & 255} - - [17/May/2015:10:05:03 +0000] "GET ${target} HTTP/1.1" 200 ${n} "-" "Agent ${n}"\n`;

const writeLog = (dataDir: string, lines: number): string => {
  const path = join(dataDir, 'made.log');
  writeFileSync(path, Array.from({ length: lines }, (_, i) => logLine(i)).join(''));
  return path;
};

const run = async (dataDir: string, args: string[], env: Record<string, string> = {}, isTerminal = false) => {
  const heard = await hearTask(['replay', ...args], { DATA_DIR: dataDir, ...env }, isTerminal);
  return { ...heard, result: heard.out === '' ? undefined : JSON.parse(heard.out) };
};

const job = (url: string, dataDir: string, notes: string[], more: Partial<Job> = {}): Job => ({
  ...{
    format: 'auto',
    site: 'log.invalid',
    map: new Map(),
    mapPath: '',
    url,
    statsUrl: url,
    rate: 0,
    token: '',
  },
  ...{ folder: join(dataDir, 'replays'), clock: Date.now, giveUpMs: 300 },
  report: { step: () => {}, note: (words) => notes.push(words), end: () => {} },
  ...more,
});

const progressFiles = (dataDir: string): string[] =>
  existsSync(join(dataDir, 'replays')) ? readdirSync(join(dataDir, 'replays')) : [];

describe('replay', () => {
  test('only reads and counts in a dry run: of the real log what a replay of it finds, and sends nothing', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const { code, result } = await run(dataDir, [realLog, '--url', server.url, '--dry-run']);
    expect(code).toBe(0);
    expect(result).toEqual({
      ...{ lines: 10_000, readable: 9999, addresses: 1753 },
      malformed: [{ line: 8899, reason: expect.any(String) }],
    });
    expect(server.items.size).toBe(0);
    expect(progressFiles(dataDir)).toEqual([]);
  });

  test('sends the real log: 9,999 of 10,000 lines, 1,753 clients, line 8899 named; again: duplicates only', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const args = [realLog, '--map', fixture('replay_ip_map.tsv'), '--url', server.url, '--json'];
    const first = await run(dataDir, args);
    expect(first.said).toBe('');
    expect(first.result).toMatchObject({
      ...{ lines: 10_000, sent: 9999, addresses: 1753, malformed: [{ line: 8899, reason: 'agent' }] },
      ledger: { received: 9999, kept: 9999, counted: 9999, duplicates: 0, dead: 0, dropped: {} },
    });
    const second = await run(dataDir, args);
    expect(second.result.ledger).toMatchObject({ received: 9999, counted: 0, duplicates: 9999 });
    expect(second.result.runs).not.toEqual(first.result.runs);
    expect(server.items.size).toBe(9999);
    expect(progressFiles(dataDir)).toEqual([]);
  });

  test('makes each line an event of type request with what the line says', async () => {
    await using server = await startStandIn();
    await run(newFolder(), [
      realLog,
      '--map',
      fixture('replay_ip_map.tsv'),
      '--url',
      server.url,
      '--site',
      'a.example',
      '--json',
    ]);
    const [id, item] = [...server.items].find(([, { at }]) => at === Date.UTC(2015, 4, 17, 10, 5, 3)) ?? [];
    expect(id).toMatch(/-8[0-9a-f]{3}-.*0001$/);
    expect(item).toEqual({
      ...{ id, type: 'request', site: 'a.example', at: Date.UTC(2015, 4, 17, 10, 5, 3), ip: '81.2.69.142' },
      url: 'https://a.example/presentations/logstash-monitorama-2013/images/kibana-search.png',
      ref: 'http://semicomplete.com/presentations/logstash-monitorama-2013/',
      ua: expect.stringContaining('Chrome/32.0.1700.77'),
      properties: { method: 'GET', status: 200, bytes: 203_023 },
    });
  });

  test('takes several files, sums up, and names the file of a flaw', async () => {
    await using server = await startStandIn();
    const files = [fixture('apache_edge_cases.log'), fixture('nginx_edge_cases.log')];
    const { result, code } = await run(newFolder(), [...files, '--url', server.url, '--json']);
    expect(code).toBe(0);
    expect(result).toMatchObject({ lines: 14, sent: 11, ledger: { received: 11, counted: 11 } });
    expect(result.malformed).toEqual([
      { file: files[0], line: 3, reason: 'request' },
      { file: files[0], line: 6, reason: 'request' },
      { file: files[1], line: 7, reason: 'request' },
    ]);
  });

  test('names lines that the server refuses, with the reason it gives', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const path = join(dataDir, 'odd.log');
    const old = logLine(3).replace('2015', '1990');
    writeFileSync(path, [logLine(1), logLine(2, `/${'x'.repeat(9000)}`), old, logLine(4, '*')].join(''));
    const { result } = await run(dataDir, [path, '--url', server.url, '--json']);
    expect(result).toMatchObject({ lines: 4, sent: 4, ledger: { received: 4, counted: 2 } });
    expect(result.malformed).toEqual([
      { line: 2, reason: 'value_too_long' },
      { line: 3, reason: 'at_out_of_range' },
    ]);
    expect([...server.items.values()].map(({ url }) => url)).toContain('https://log.invalid*');
  });

  test('never sends more than 500 events or 1 MB in one request', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const path = join(dataDir, 'wide.log');
    writeFileSync(
      path,
      Array.from({ length: 600 }, (_, n) =>
        logLine(n, `/${'é"'.repeat(1200)}${n}`.replaceAll('"', '\\"')),
      ).join(''),
    );
    const { result } = await run(dataDir, [path, '--url', server.url, '--json']);
    expect(result).toMatchObject({ sent: 600, malformed: [], ledger: { counted: 600 } });
    expect(Math.max(...server.bodies)).toBeLessThanOrEqual(1_048_576);
    expect(server.bodies.length).toBeGreaterThan(2);
  });

  test('tries again what cannot be stored just now, with the same ids', async () => {
    const interfere: Interfere = (n, request, response) => {
      if (n === 0) request.socket.destroy();
      else if (n === 1) response.writeHead(503, { 'retry-after': '0' }).end('{"error":"unavailable"}');
      else if (n === 2) response.writeHead(502).end('<html>bad gateway</html>');
      else if (n === 3) {
        const result = { error: 'unavailable', field: '', message: '' };
        response
          .writeHead(503, { 'retry-after': '0' })
          .end(JSON.stringify({ results: Array(500).fill(result) }));
      }
      return n >= 0 && n <= 3;
    };
    await using server = await startStandIn(interfere);
    const dataDir = newFolder();
    const { result, said, code } = await run(dataDir, [
      writeLog(dataDir, 1500),
      '--url',
      server.url,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(result).toMatchObject({ sent: 1500, malformed: [], ledger: { counted: 1500, duplicates: 0 } });
    expect(said).toContain('trying again');
  });

  test('goes on under its old run where it stopped when the server was gone', async () => {
    let gone = false;
    await using server = await startStandIn((n, request) => {
      if (n === 6) gone = true;
      if (gone && n >= 0) request.socket.destroy();
      return gone && n >= 0;
    });
    const dataDir = newFolder();
    const path = writeLog(dataDir, 6000);
    const notes: string[] = [];
    const clients = new Set<string>();
    await expect(replayFile(path, job(server.url, dataDir, notes), clients)).rejects.toMatchObject({
      code: 'REPLAY_UNREACHABLE',
    });
    const before = server.items.size;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(6000);
    gone = false;
    const result = await replayFile(path, job(server.url, dataDir, notes), clients);
    expect(notes.at(-1)).toMatch(/goes on behind line \d+ of run/);
    expect(result).toMatchObject({ lines: 6000, sent: 6000, malformed: [] });
    expect(server.ledgers.size).toBe(1);
    expect(server.items.size).toBe(6000);
    expect(clients.size).toBe(6000);
    expect(progressFiles(dataDir)).toEqual([]);
  });

  test('goes on after kill -9, and every line is there once', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const path = writeLog(dataDir, 3000);
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'replay', path, '--url', server.url, '--rate', '600'], {
      env: { ...process.env, DATA_DIR: dataDir },
      stdio: 'ignore',
    });
    while (progressFiles(dataDir).length === 0) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(server.items.size).toBeLessThan(3000);
    const { result, said } = await run(dataDir, [path, '--url', server.url, '--json']);
    expect(said).toContain('goes on behind line');
    expect(result).toMatchObject({ lines: 3000, sent: 3000, addresses: 3000, ledger: { counted: 3000 } });
    expect(server.ledgers.size).toBe(1);
  });

  test('starts anew where another site or server is meant', async () => {
    const dataDir = newFolder();
    const path = writeLog(dataDir, 1200);
    let gone = true;
    await using server = await startStandIn((n, request) => {
      if (gone && n > 0) request.socket.destroy();
      return gone && n > 0;
    });
    const notes: string[] = [];
    await expect(replayFile(path, job(server.url, dataDir, notes), new Set())).rejects.toThrow();
    expect(progressFiles(dataDir)).toHaveLength(1);
    gone = false;
    await replayFile(path, job(server.url, dataDir, notes, { site: 'b.example' }), new Set());
    expect(notes.some((note) => note.includes('goes on'))).toBe(false);
  });

  test('says what is missing when the run is not worked off', async () => {
    const ledger = {
      received: 40,
      redelivered: 0,
      kept: 30,
      dead: 1,
      dropped: { site: 2 },
      counted: 30,
      duplicates: 0,
    };
    await using server = await startStandIn((n, _request, response) => {
      if (n === -1) response.end(JSON.stringify(ledger));
      return n === -1;
    });
    const dataDir = newFolder();
    const path = writeLog(dataDir, 40);
    await expect(replayFile(path, job(server.url, dataDir, []), new Set())).rejects.toMatchObject({
      code: 'REPLAY_STALLED',
      message: expect.stringContaining('7 of 40 are neither kept nor dead nor dropped'),
    });
  });

  test('says which token it needs when the server lets nobody in', async () => {
    await using server = await startStandIn((n, _request, response) => {
      if (n >= 0) response.writeHead(400).end('{"error":"run","message":"run needs scope import"}');
      return n >= 0;
    });
    const { code, said } = await run(newFolder(), [realLog, '--url', server.url], { API_TOKEN: 'secret' });
    expect(code).toBe(1);
    expect(said).toContain('Set API_TOKEN to a token with the scope import');
    expect([...server.authorizations]).toEqual(['Bearer secret']);
  });

  test('sends no more events a second than it is told', async () => {
    await using server = await startStandIn();
    const dataDir = newFolder();
    const path = writeLog(dataDir, 200);
    const start = performance.now();
    await run(dataDir, [path, '--url', server.url, '--rate', '200', '--json']);
    expect(performance.now() - start).toBeGreaterThan(700);
    expect(performance.now() - start).toBeLessThan(4000);
  });

  test('draws a bar on a terminal and ends with the numbers', async () => {
    await using server = await startStandIn();
    const { said, result } = await run(newFolder(), [realLog, '--url', server.url], {}, true);
    expect(said).toMatch(/\r\[#*\.*\] +\d+ % {2}.*lines read, \d+ sent/);
    expect(said.endsWith('\n')).toBe(true);
    expect(result.lines).toBe(10_000);
  });
});
