import { parseArgs } from 'node:util';
import { signTarget } from '@pushtech/event';
import { secretKeyOf } from '../secret-key.ts';
import { type Task, UsageError } from '../task.ts';

const options = { url: { type: 'string', default: 'http://localhost:8080' } } as const;

/** Makes a click-through link. It stays good as long as the key does. */
export const link: Task = {
  name: 'link',
  group: 'people',
  line: 'makes a signed link that counts a click and leads on to a target',
  usage: 'link TARGET [--url URL]',
  help: `
--url URL                    the tracker; default http://localhost:8080
SECRET_KEY, SECRET_KEY_FILE  the key of the servers; default the one made in DATA_DIR`,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [target, ...more] = positionals;
    if (target === undefined || more.length > 0) throw new UsageError('name one address to lead to');
    if (!/^https?:$/.test(URL.parse(target)?.protocol ?? '')) {
      throw new UsageError(`a target begins with http:// or https://, unlike "${target}"`);
    }
    const signed = new URLSearchParams({ u: target, s: signTarget(await secretKeyOf(io.env), target) });
    io.out(`${values.url.replace(/\/+$/, '')}/r?${signed}\n`);
    return 0;
  },
};
