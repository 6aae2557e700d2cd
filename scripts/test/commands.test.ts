import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createCommands } from '../src/commands.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pushtech-commands-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Commands with what they said. */
const hear = (dryRun = false) => {
  const said: string[] = [];
  const env = { PATH: process.env.PATH, OURS: 'ours' };
  const commands = createCommands({ env, say: (text) => void said.push(text) }, dryRun);
  return { commands, said: () => said.join('') };
};

describe('run', () => {
  test('prints the command as a shell would take it, then what it says on both outputs', async () => {
    const { commands, said } = hear();
    await commands.run(['sh', '-c', 'echo "it\'s out"; echo err >&2']);
    const [first = '', ...rest] = said().split('\n');
    expect(rest.filter(Boolean).toSorted()).toEqual(['err', "it's out"]);
    const again = hear();
    await again.commands.run(['sh', '-c', first.replace(/^\$ /, '')]);
    expect(again.said().split('\n').slice(1).filter(Boolean).toSorted()).toEqual(['err', "it's out"]);
  });

  test('only prints in a dry run', async () => {
    const { commands, said } = hear(true);
    await commands.run(['touch', join(folder, 'made')]);
    expect(said()).toBe(`$ touch ${join(folder, 'made')}\n`);
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });

  test('gives input and environment to the program, and never prints them', async () => {
    const { commands, said } = hear();
    const script = 'read line; [ "$line" = "secret in" ] && [ "$KEY" = "secret env" ] && [ "$OURS" = ours ]';
    await commands.run(['sh', '-c', script], { input: 'secret in\n', env: { KEY: 'secret env' } });
    await hear(true).commands.run(['sh', '-c', script], { input: 'secret in\n' });
    expect(said()).not.toMatch(/^secret|secret (in|env)$/m);
    expect(said().split('\n')).toHaveLength(2);
  });

  test('works where it is told to', async () => {
    const { commands, said } = hear();
    await commands.run(['pwd'], { cwd: folder });
    expect(said()).toBe(`$ pwd\n${folder}\n`);
  });

  test('fails with the exit code and the last lines of a program that fails', async () => {
    const { commands } = hear();
    const failing = commands.run(['sh', '-c', 'seq 1 40; echo the reason >&2; exit 3']);
    await expect(failing).rejects.toMatchObject({
      code: 'TASK_COMMAND',
      kind: 'fatal',
      message: expect.stringMatching(
        /^"sh -c .*failed \(3\):\n[\s\S]*\n40\nthe reason$|the reason[\s\S]*40$/,
      ),
    });
    await expect(failing).rejects.not.toThrow(/\n2\n/);
  });

  test('fails with the signal of a program that was ended', async () => {
    await expect(hear().commands.run(['sh', '-c', 'kill -9 $$'])).rejects.toThrow('failed (SIGKILL)');
  });

  test('says which program is missing', async () => {
    await expect(hear().commands.run(['no-such-program', 'x'])).rejects.toMatchObject({
      code: 'TASK_TOOL',
      kind: 'fatal',
      message: 'there is no program "no-such-program" on this machine',
    });
  });

  test('outlives a program that does not read all its input', async () => {
    await hear().commands.run(['true'], { input: 'x'.repeat(10_000_000) });
    await expect(hear().commands.run(['false'], { input: 'x'.repeat(10_000_000) })).rejects.toThrow(
      'failed (1)',
    );
  });
});

describe('read', () => {
  test.each([false, true])(
    'runs, answers the standard output alone and prints nothing (dry run: %s)',
    async (dry) => {
      const { commands, said } = hear(dry);
      expect(await commands.read(['sh', '-c', 'cat; echo aside >&2'], { input: 'über\n' })).toBe('über\n');
      expect(said()).toBe('');
    },
  );

  test('puts signs together that arrive in pieces', async () => {
    const script = "printf '\\303'; sleep 0.1; printf '\\274'";
    expect(await hear().commands.read(['sh', '-c', script])).toBe('ü');
  });

  test('fails as run does', async () => {
    await expect(hear(true).commands.read(['sh', '-c', 'exit 4'])).rejects.toThrow('failed (4)');
    await expect(hear(true).commands.read(['no-such-program'])).rejects.toMatchObject({ code: 'TASK_TOOL' });
  });
});
