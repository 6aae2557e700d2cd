import type { FastifyInstance } from 'fastify';
import type { WebsiteDeps } from '../app.ts';
import type { Example } from '../example.ts';

export interface ExampleState {
  made: boolean;
  /** 0 to 1 while it is being made. */
  progress?: number;
}

export const exampleState = (example: Example): ExampleState => {
  const progress = example.progress();
  return { made: example.stats() !== undefined, ...(progress !== undefined && { progress }) };
};

/** Example data is made, looked after and removed. Where there is none to be had, there are no routes. */
export const exampleRoutes = (app: FastifyInstance, { guard, example }: WebsiteDeps): void => {
  if (!example) return;
  const preHandler = guard.require('numbers:write');
  const docs = (summary: string) => ({ schema: { tags: ['dashboard'], summary } as object, preHandler });
  let failed = false;

  app.get('/dashboard/example', docs('How far the example data is.'), async () => ({
    ...exampleState(example),
    ...(failed && { failed }),
  }));

  app.post('/dashboard/example', docs('Makes the example data.'), async (request, reply) => {
    failed = false;
    example.show().catch((error) => {
      failed = true;
      request.log.error({ err: error }, 'The example data could not be made.');
    });
    return reply.code(202).send(exampleState(example));
  });

  app.delete('/dashboard/example', docs('Removes the example data.'), async (_request, reply) => {
    await example.remove();
    return reply.code(204).send();
  });
};
