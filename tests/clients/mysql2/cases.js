// Named cases for mysql2: prints "PASS name" or "FAIL name: why" for each.
//
// usage: node cases.js HOST PORT USER PASSWORD DATABASE

'use strict';

const assert = require('node:assert/strict');
const { statements } = require('./statements');
const { sessions } = require('./sessions');

const LIMIT_MS = 45000;
const [host, port, user, password, database] = process.argv.slice(2);
const options = { host, port: Number(port), user, password, database, connectTimeout: 20000 };

function limited(work) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function failure(run) {
  const open = [];
  try {
    // What a case opens is closed for it, however it ends.
    await limited(run({ options, assert, keep: (one) => (open.push(one), one) }));
    return '';
  } catch (error) {
    return `${error.code || error.name} ${error.message}`.replace(/\s+/g, ' ');
  } finally {
    open.forEach((one) => one.destroy());
  }
}

async function main() {
  // A connection that breaks between commands says so here too.
  process.on('uncaughtException', (error) => console.log(`  (uncaught: ${error.message})`));
  for (const [name, run] of Object.entries({ ...statements, ...sessions })) {
    const wrong = await failure(run);
    console.log(wrong ? `FAIL ${name}: ${wrong}` : `PASS ${name}`);
  }
  process.exit(0);
}

main();
