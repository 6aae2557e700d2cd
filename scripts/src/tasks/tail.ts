import { parseArgs } from 'node:util';
import { filterNames, streamAddress, type TailFilter } from '../tail/address.ts';
import { type FollowOptions, follow } from '../tail/follow.ts';
import { createPaint, deadLine, eventLine } from '../tail/lines.ts';
import { safeJson, safeText } from '../tail/safe-text.ts';
import { type Task, type TaskIo, UsageError } from '../task.ts';

const text = { type: 'string' } as const;
const options = {
  type: text,
  site: text,
  country: text,
  path: text,
  id: text,
  bots: text,
  dead: text,
  url: { type: 'string', default: 'http://localhost:8080' },
  token: text,
  json: { type: 'boolean', default: false },
} as const;

const readCommand = (args: string[], io: TaskIo) => {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length > 0)
    throw new UsageError(`"${positionals[0]}" is no flag; filters are flags, e.g. --type=pageview`);
  const filter: TailFilter = {};
  for (const name of filterNames) if (values[name] !== undefined) filter[name] = values[name];
  const address = streamAddress(values.url, filter);
  return { address, token: values.token ?? io.env.API_TOKEN ?? '', json: values.json };
};

/** A wrong filter is a mistake of whoever typed it; a log that is down passes. */
const isTyped = (code: unknown): boolean => String(code).startsWith('filter_');

/** What becomes of a frame. Unknown ones are left alone: there may be more kinds one day. */
const createTaker = (io: TaskIo, json: boolean, wrong: (error: UsageError) => void) => {
  const paint = createPaint(io.outIsTerminal === true && !io.env.NO_COLOR);
  const lines: Record<string, (record: unknown) => string> = json
    ? { events: safeJson, dead: (letter) => safeJson({ dead: letter }) }
    : { events: (event) => eventLine(event, paint), dead: (letter) => deadLine(letter, paint) };

  return (message: Record<string, unknown>): void => {
    for (const kind of ['events', 'dead'] as const) {
      const records = message[kind];
      if (Array.isArray(records)) io.out(records.map((record) => `${lines[kind]?.(record)}\n`).join(''));
    }
    if (typeof message.skipped === 'number') io.say(`${message.skipped} skipped\n`);
    const error = message.error as { code?: unknown; message?: unknown } | undefined;
    if (error && isTyped(error.code)) wrong(new UsageError(safeText(String(error.message))));
    else if (error) io.say(`${safeText(String(error.message))}\n`);
  };
};

/** Ends with Ctrl-C, or when whoever reads our lines is gone (`| head`). */
const untilTold = (): { stopping: AbortController; done: () => void } => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const gone = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.on('error', gone);
  const done = (): void => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    process.stdout.off('error', gone);
  };
  return { stopping, done };
};

/** Shows the live stream in a terminal: the websocket of kafidx, a line for each event. */
export const tail: Task = {
  name: 'tail',
  group: 'events',
  line: 'shows events and dead letters as they arrive, one line each, until Ctrl-C',
  usage:
    'tail [--type T,T] [--site S] [--country CC] [--path P*] [--id ID] [--bots 0|1] [--dead 0|1] [--url URL] [--token T] [--json]',
  help: `
--type --site --country --id  exact; several values with commas
--path P                      exact, or with a trailing * the beginning
--bots 0, --dead 0            leave out bots, dead letters
--url URL                     where kafidx is; default http://localhost:8080
--token T                     one of scope stream:read; default API_TOKEN of the environment
--json                        one JSON object a line`,
  async run(args, io) {
    const { address, token, json } = readCommand(args, io);
    const { stopping, done } = untilTold();
    let typed: UsageError | undefined;
    const wrong = (error: UsageError): void => {
      typed = error;
      stopping.abort();
    };
    const told: Pick<FollowOptions, 'opened' | 'waiting'> = {
      opened: () => io.say(`Following ${address}; Ctrl-C ends it.\n`),
      waiting: (ms, why) =>
        io.say(`Connection lost (${safeText(why)}), next try in ${Math.ceil(ms / 1000)} s.\n`),
    };
    try {
      await follow({ address, token, signal: stopping.signal, frame: createTaker(io, json, wrong), ...told });
    } finally {
      done();
    }
    if (typed) throw typed;
    return 0;
  },
};
