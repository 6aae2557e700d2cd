import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeToken } from '@pushtech/admin';
import { expect, it } from 'vitest';
import { startService } from './start-processes.ts';

it('the enricher alone shows its metrics to a token with metrics:read only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-guard-'));
  const secretKey = randomBytes(32).toString('hex');
  const enricher = await startService('enricher', 'enricher', {
    DATA_DIR: folder,
    SECRET_KEY: secretKey,
    ADMIN_PASSWORD: randomBytes(12).toString('hex'),
    GEOIP_CITY_PATH: '/nowhere/at-all.mmdb',
  });
  const tokenOf = (scope: 'metrics:read' | 'stats:read') =>
    makeToken({ secretKey, id: 'a-test', scopes: [scope], expires: Date.now() + 600_000 });
  const statusWith = async (headers: Record<string, string>) =>
    (await fetch(`${enricher.url}/metrics`, { headers })).status;

  try {
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${tokenOf('stats:read')}` })).toBe(403);
    expect(await statusWith({ authorization: `Bearer ${tokenOf('metrics:read')}` })).toBe(200);
    expect((await fetch(`${enricher.url}/readyz`)).status).toBe(200);
  } finally {
    await enricher.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
