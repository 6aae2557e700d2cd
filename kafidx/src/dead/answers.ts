import type { Line } from './read-lines.ts';

/** Refusals of the routes here, each with its status. Codes are words of the language files, section `dead.errors`. */
export const refusals = {
  empty: [400, 'there is no hit in it'],
  many: [400, 'too many hits at once'],
  busy: [409, 'a replay is running already'],
  filter_invalid: [400, 'the filter says something that cannot be'],
  not_found: [404, 'there is no such letter on the log any more'],
  no_buffer: [503, 'this process has no buffer to put hits into'],
  buffer: [503, 'the buffer takes nothing just now'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type RefusalCode = keyof typeof refusals;

export const refusal = (error: RefusalCode, more: { field?: string; message?: string } = {}) => ({
  status: refusals[error][0] as number,
  body: { error, ...more, message: more.message ?? refusals[error][1] },
});

/** What is right and wrong with hits, for whoever mends them. */
export const checkAnswer = (lines: readonly Line[]) => ({
  hits: lines.filter(({ problem }) => !problem).length,
  lines: lines.map(({ number, problem, hit }) => ({
    line: number,
    ...(hit && { id: hit.id }),
    ...(problem && {
      error: problem.code,
      field: problem.field,
      message: problem.message,
      offset: problem.offset,
    }),
  })),
});
