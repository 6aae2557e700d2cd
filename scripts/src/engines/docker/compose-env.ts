import { createHash } from 'node:crypto';
import { defaultHome, type EngineSettings } from '../settings.ts';

/** Each home is a project of its own, so that private engines have containers and volumes of their own. */
export const projectOf = ({ home }: EngineSettings): string =>
  home === defaultHome
    ? 'pushtech-engines'
    : `pushtech-engines-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;

/** What `docker-compose/engines.yaml` reads. Images may be named by REDIS_IMAGE, KAFKA_IMAGE, MONGO_IMAGE as they stand. */
export const composeEnv = (settings: EngineSettings): Record<string, string> => {
  const { kafkaCount, kafkaPort, redisPort, mongoPort } = settings;
  const voters = Array.from({ length: kafkaCount }, (_, i) => `${i + 1}@kafka${i + 1}:9093`);
  return {
    REDIS_PORT: String(redisPort),
    MONGO_PORT: String(mongoPort),
    KAFKA_PORT: String(kafkaPort),
    KAFKA_PORT_2: String(kafkaPort + 1),
    KAFKA_PORT_3: String(kafkaPort + 2),
    KAFKA_VOTERS: voters.join(','),
    KAFKA_REPLICAS: String(kafkaCount),
    KAFKA_IN_SYNC: kafkaCount > 1 ? '2' : '1',
  };
};
