// Writes migrations/schema.sql, the schema kept for reading, from freshly run migrations. Needs a build.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import database from '../dist/store/database.js';
import migrations from '../dist/store/migrate.js';

const dir = mkdtempSync(join(tmpdir(), 'crosstalk-schema-'));
const db = database.openDatabase(join(dir, 'schema.db'));
migrations.migrate(db);
writeFileSync(fileURLToPath(new URL('schema.sql', import.meta.url)), migrations.dumpSchema(db));
db.close();
rmSync(dir, { recursive: true });
