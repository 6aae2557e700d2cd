// Run by database.test.ts as a process of its own: adds 1 to every row of table `counter`, a hundred times.
import { openDatabase } from '../src/index.ts';

const [path = ''] = process.argv.slice(2);
const database = openDatabase({ path, role: 'test', prefix: '', migrations: [() => {}] });
process.stdout.write('ready\n');
for (let n = 0; n < 100; n++) await database.write(() => database.db.exec('UPDATE counter SET n = n + 1'));
await database.close();
process.stdout.write('done\n');
