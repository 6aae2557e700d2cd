import { readFaultArgs } from './fault-args.ts';

/** `[--full] [--seed N]` for tests of what is deployed: `DEPLOY_FULL`, `DEPLOY_SEED`; whatever else is there is Vitest's. */
export const readDeployArgs = (args: readonly string[]): { env: Record<string, string>; rest: string[] } => {
  const { env, rest } = readFaultArgs(args);
  const { FAULTS_FULL, FAULTS_SEED } = env;
  return {
    env: {
      ...(FAULTS_FULL && { DEPLOY_FULL: FAULTS_FULL }),
      ...(FAULTS_SEED && { DEPLOY_SEED: FAULTS_SEED }),
    },
    rest,
  };
};
