// Statements of both protocols, streams, several results, local files, values.

'use strict';

const { Readable } = require('node:stream');
const { connect, table, value, refused, numbers } = require('./common');

const ROWS = 20000;

async function streamed(context, prepared) {
  const connection = await connect(context);
  await numbers(connection, 'stream_t', ROWS);
  const raw = connection.connection; // only the callback interface streams
  const sql = 'select id, name from stream_t order by id';
  const rows = (prepared ? raw.execute(sql) : raw.query(sql)).stream({ highWaterMark: 50 });
  let expected = 0;
  for await (const row of rows) {
    expected += 1;
    context.assert.deepEqual({ ...row }, { id: expected, name: `row ${expected}` });
  }
  context.assert.equal(expected, ROWS);
  context.assert.equal(await value(connection, 'select 1'), 1);
}

async function roundTrip(context, method) {
  const connection = await connect(context, { supportBigNumbers: true, dateStrings: true });
  await table(connection, 'value_t', 'a bigint, b double, c decimal(20,4), d datetime(6), e varchar(50), f blob, g int, h date');
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
  const text = 'quote \' " back \\ ä日😀';
  await connection[method]('insert into value_t values (?, ?, ?, ?, ?, ?, ?, ?)',
    ['-9223372036854775808', 1.5, '1234567890123456.7891', '2024-02-29 23:59:58.123456', text, bytes, null, '1999-12-31']);
  const [[row]] = await connection[method]('select * from value_t');
  context.assert.deepEqual({ ...row }, {
    a: '-9223372036854775808', b: 1.5, c: '1234567890123456.7891', d: '2024-02-29 23:59:58.123456', e: text, f: bytes,
    g: null, h: '1999-12-31',
  });
}

async function compressed(context, size) {
  const connection = await connect(context, { compress: true });
  await table(connection, 'compressed_t', 'id int primary key, data longtext');
  const text = 'compress me '.repeat(size / 12);
  await connection.query('insert into compressed_t values (1, ?)', [text]);
  context.assert.equal(await value(connection, 'select data from compressed_t') === text, true);
  const [rows] = await connection.execute('select id from compressed_t where id = ?', [1]);
  context.assert.equal(rows[0].id, 1);
}

function infile(lines) {
  return () => Readable.from(Array.from({ length: lines }, (_, at) => Buffer.from(`${at + 1},name ${at + 1}\n`)));
}

exports.statements = {
  async 'query with escaped parameters'(context) {
    const connection = await connect(context);
    const [rows] = await connection.query('select ? as a, ? as b, ? as c', [1, "it's", null]);
    context.assert.deepEqual({ ...rows[0] }, { a: 1, b: "it's", c: null });
  },
  async 'execute of a prepared statement'(context) {
    const connection = await connect(context);
    await table(connection, 'execute_t', 'id int primary key, name varchar(40)');
    for (let id = 1; id <= 50; id += 1) {
      const [done] = await connection.execute('insert into execute_t values (?, ?)', [id, `n${id}`]);
      context.assert.equal(done.affectedRows, 1);
    }
    const [rows] = await connection.execute('select name from execute_t where id > ? order by id', [48]);
    context.assert.deepEqual(rows.map((row) => row.name), ['n49', 'n50']);
  },
  async 'prepare, execute, close'(context) {
    const connection = await connect(context);
    for (let round = 0; round < 20; round += 1) {
      const statement = await connection.prepare(`select cast(? as signed) as n, ${round} as r`);
      const [rows] = await statement.execute([round]);
      context.assert.equal(Number(rows[0].n), round);
      await statement.close();
    }
  },
  async 'cache of prepared statements that overflows'(context) {
    const connection = await connect(context, { maxPreparedStatements: 5 });
    for (let round = 0; round < 40; round += 1) {
      const [rows] = await connection.execute(`select ${round % 12} as n`);
      context.assert.equal(Number(rows[0].n), round % 12);
    }
  },
  async 'commands queued without waiting'(context) {
    const connection = await connect(context);
    const all = await Promise.all(Array.from({ length: 60 }, (_, at) =>
      (at % 2 ? connection.query('select ? as n', [at]) : connection.execute(`select ${at % 7} as n`))));
    context.assert.equal(all.length, 60);
    context.assert.equal(all[59][0][0].n, 59);
  },
  'stream of a query': (context) => streamed(context, false),
  'stream of a prepared statement': (context) => streamed(context, true),
  async 'several statements in a packet'(context) {
    const connection = await connect(context, { multipleStatements: true });
    const [results] = await connection.query("select 1 as a; select 'two' as b, 2 as c; select 3 as d");
    context.assert.deepEqual(results.map((rows) => ({ ...rows[0] })), [{ a: 1 }, { b: 'two', c: 2 }, { d: 3 }]);
  },
  async 'several statements, not asked for'(context) {
    const connection = await connect(context);
    await refused(connection.query('select 1; select 2'));
    context.assert.equal(await value(connection, 'select 3'), 3);
  },
  async 'error among several statements'(context) {
    const connection = await connect(context, { multipleStatements: true });
    const error = await refused(connection.query('select 1; select * from no_such_t; select 2'));
    context.assert.equal(error.errno, 1146);
    context.assert.equal(await value(connection, 'select 3'), 3);
  },
  async 'SQLSTATE and code of errors'(context) {
    const connection = await connect(context);
    await table(connection, 'error_t', 'id int primary key');
    await connection.query('insert into error_t values (1)');
    const duplicate = await refused(connection.query('insert into error_t values (1)'));
    context.assert.deepEqual([duplicate.code, duplicate.sqlState], ['ER_DUP_ENTRY', '23000']);
    const syntax = await refused(connection.execute('selct 1'));
    context.assert.deepEqual([syntax.code, syntax.sqlState], ['ER_PARSE_ERROR', '42000']);
  },
  async 'LOAD DATA LOCAL INFILE from a stream'(context) {
    const connection = await connect(context);
    await table(connection, 'infile_t', 'id int primary key, name varchar(40)');
    const sql = "load data local infile 'stream' into table infile_t fields terminated by ','";
    const [done] = await connection.query({ sql, infileStreamFactory: infile(3000) });
    context.assert.equal(done.affectedRows, 3000);
    context.assert.equal(await value(connection, 'select name from infile_t where id = 2999'), 'name 2999');
  },
  async 'LOAD DATA LOCAL INFILE without a stream'(context) {
    const connection = await connect(context);
    await table(connection, 'infile_none_t', 'id int primary key');
    await refused(connection.query("load data local infile 'stream' into table infile_none_t"));
    context.assert.equal(await value(connection, 'select 4'), 4);
  },
  'values as text': (context) => roundTrip(context, 'query'),
  'values in binary': (context) => roundTrip(context, 'execute'),
  async 'parameter of 17 MB'(context) {
    const connection = await connect(context);
    await table(connection, 'large_t', 'id int primary key, data longblob');
    const data = Buffer.alloc(17 << 20, 'large');
    await connection.execute('insert into large_t values (?, ?)', [1, data]);
    const [rows] = await connection.execute('select data from large_t where id = ?', [1]);
    context.assert.equal(rows[0].data.equals(data), true);
  },
  async 'insert id and affected rows'(context) {
    const connection = await connect(context);
    await table(connection, 'insert_t', 'id int primary key auto_increment, n int');
    const [done] = await connection.query('insert into insert_t (n) values (1), (2), (3)');
    context.assert.equal(done.affectedRows, 3);
    context.assert.equal(await value(connection, `select n from insert_t where id = ${done.insertId}`), 1);
  },
  'compression': (context) => compressed(context, 12000),
  'compression of 20 MB': (context) => compressed(context, 20 << 20),
};
