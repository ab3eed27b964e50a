// What the cases share.

'use strict';

const mysql = require('mysql2/promise');

async function connect(context, more = {}) {
  const connection = await mysql.createConnection({ ...context.options, ...more });
  connection.on('error', () => {}); // the case sees it in its own statement
  return context.keep(connection);
}

async function table(connection, name, columns) {
  await connection.query(`drop table if exists ${name}`);
  await connection.query(`create table ${name} (${columns})`);
}

// The value of the only column of the only row.
async function value(connection, sql) {
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  return rows.length ? rows[0][0] : undefined;
}

// The error that it has to end with.
async function refused(work) {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

async function numbers(connection, name, count) {
  await table(connection, name, 'id int primary key, name varchar(40)');
  const rows = Array.from({ length: count }, (_, at) => [at + 1, `row ${at + 1}`]);
  for (let at = 0; at < count; at += 5000) {
    await connection.query(`insert into ${name} values ?`, [rows.slice(at, at + 5000)]);
  }
}

module.exports = { connect, table, value, refused, numbers };
