import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { needTool } from './apt.ts';
import type { LocalDeps } from './local-engine.ts';

export const jarsFolder = ({ settings }: Pick<LocalDeps, 'settings'>): string =>
  join(settings.cache, `kafka-${settings.kafkaVersion}`);

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const pom = (version: string): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>pushtech</groupId><artifactId>kafka-broker</artifactId><version>1</version>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', version)}
${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
</dependencies>
</project>
`;

const fetchJars = async (version: string, target: string): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'pushtech-kafka-'));
  try {
    writeFileSync(join(work, 'pom.xml'), pom(version));
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${target}`];
    await runCommand('mvn', ['-q', '-B', '-f', join(work, 'pom.xml'), ...goal]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** The broker's jars by their coordinates; Maven's own settings say from where. Only a whole set gets the folder's name. */
export const installKafka = async ({ settings, say }: LocalDeps): Promise<void> => {
  await needTool({ command: 'java', package: 'default-jre-headless', engine: 'Kafka', say });
  const folder = jarsFolder({ settings });
  if (existsSync(join(folder, '.complete'))) return;
  await needTool({ command: 'mvn', package: 'maven', engine: 'Kafka', say });
  say(`fetching Kafka ${settings.kafkaVersion}`);
  mkdirSync(settings.cache, { recursive: true });
  const part = `${folder}.${process.pid}`;
  await fetchJars(settings.kafkaVersion, part);
  writeFileSync(join(part, '.complete'), '');
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
};
