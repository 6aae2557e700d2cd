import { join } from 'node:path';
import type { EngineSettings } from '../settings.ts';

export const controllerPort = ({ kafkaPort }: EngineSettings, number: number): number =>
  kafkaPort + 99 + number;

/** A broker's `server.properties`, in KRaft mode: each broker is a controller too. @param number from 1 */
export const kafkaConfig = (settings: EngineSettings, number: number): string => {
  const { kafkaCount, kafkaPort, home } = settings;
  const address = `PLAINTEXT://127.0.0.1:${kafkaPort + number - 1}`;
  const voters = Array.from(
    { length: kafkaCount },
    (_, i) => `${i + 1}@127.0.0.1:${controllerPort(settings, i + 1)}`,
  );
  const inSync = kafkaCount > 1 ? 2 : 1;
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': number,
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${address},CONTROLLER://127.0.0.1:${controllerPort(settings, number)}`,
    'advertised.listeners': address,
    'log.dirs': join(home, `kafka${number}`),
    'default.replication.factor': kafkaCount,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': kafkaCount,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': kafkaCount,
    'transaction.state.log.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // Programs make their topics themselves, with stated partitions; a typing error must not make one.
    'auto.create.topics.enable': false,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
};
