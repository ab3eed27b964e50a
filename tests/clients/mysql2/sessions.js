// Sessions: transactions, change of user, reset, pools, kill, the end.

'use strict';

const mysql = require('mysql2/promise');
const { connect, table, value, refused } = require('./common');

function pool(context, more) {
  const made = mysql.createPool({ ...context.options, connectionLimit: 3, ...more });
  context.keep({ destroy: () => made.end().catch(() => {}) });
  return made;
}

async function killed(context, command) {
  const [victim, killer] = [await connect(context), await connect(context)];
  const sleeping = victim.query('select sleep(40) as n').then(([rows]) => rows[0].n, () => 1);
  const id = victim.threadId;
  for (let found = false; !found;) {
    const [rows] = await killer.query('show full processlist');
    found = rows.some((row) => JSON.stringify(row).includes('sleep(40)'));
  }
  await killer.query(`${command} ${id}`);
  context.assert.equal(Number(await sleeping), 1); // MySQL's SLEEP() answers 1 when it is interrupted
  return victim;
}

async function changed(context, more) {
  const connection = await connect(context);
  await connection.query('set @left_over = 5');
  await table(connection, 'change_t', 'id int primary key');
  await connection.beginTransaction();
  await connection.query('insert into change_t values (1)');
  await connection.changeUser({ user: context.options.user, password: context.options.password, ...more });
  context.assert.equal(await value(connection, 'select @left_over'), null);
  return connection;
}

exports.sessions = {
  async 'commit and rollback'(context) {
    const connection = await connect(context);
    await table(connection, 'tx_t', 'id int primary key');
    for (const end of ['rollback', 'commit']) {
      await connection.beginTransaction();
      await connection.query('insert into tx_t values (1)');
      await connection[end]();
      context.assert.equal(Number(await value(connection, 'select count(*) from tx_t')), end === 'commit' ? 1 : 0);
    }
  },
  async 'ping'(context) {
    const connection = await connect(context);
    await connection.ping();
  },
  async 'change of user'(context) {
    const connection = await changed(context, { database: context.options.database });
    context.assert.equal(await value(connection, 'select database()'), context.options.database);
    context.assert.equal(Number(await value(connection, 'select count(*) from change_t')), 0);
  },
  async 'change of user to another database'(context) {
    const connection = await changed(context, { database: 'information_schema' });
    context.assert.equal(await value(connection, 'select database()'), 'information_schema');
  },
  async 'change of user and prepared statements'(context) {
    const connection = await connect(context);
    await connection.execute('select 1 as n');
    await connection.changeUser({ ...context.options });
    const [rows] = await connection.execute('select 2 as n');
    context.assert.equal(Number(rows[0].n), 2);
  },
  async 'change of user to a wrong password'(context) {
    const connection = await connect(context);
    const error = await refused(connection.changeUser({ user: context.options.user, password: 'wrong' }));
    context.assert.equal(error.errno, 1045);
  },
  async 'reset'(context) {
    const connection = await connect(context);
    await connection.query('set @left_over = 5');
    await connection.query('set session wait_timeout = 1234');
    await connection.reset();
    context.assert.equal(await value(connection, 'select @left_over'), null);
    context.assert.notEqual(Number(await value(connection, 'select @@wait_timeout')), 1234);
    context.assert.equal(await value(connection, 'select database()'), context.options.database);
  },
  async 'reset and prepared statements'(context) {
    const connection = await connect(context);
    await connection.execute('select 1 as n');
    await connection.reset();
    const [rows] = await connection.execute('select 2 as n');
    context.assert.equal(Number(rows[0].n), 2);
  },
  async 'pool'(context) {
    const shared = pool(context);
    const all = await Promise.all(Array.from({ length: 30 }, (_, at) => shared.query('select ? as n', [at])));
    context.assert.deepEqual(all.map(([rows]) => Number(rows[0].n)), Array.from({ length: 30 }, (_, at) => at));
  },
  async 'pool with reset on release'(context) {
    const shared = pool(context, { connectionLimit: 1, resetOnRelease: true });
    for (let round = 0; round < 5; round += 1) {
      const connection = await shared.getConnection();
      context.assert.equal(await value(connection, 'select @round'), null);
      await connection.query('set @round = ?', [round]);
      connection.release();
    }
  },
  async 'pool after its connection was killed'(context) {
    const shared = pool(context, { connectionLimit: 1 });
    const connection = await shared.getConnection();
    const id = connection.threadId;
    connection.release();
    const killer = await connect(context);
    await killer.query(`kill ${id}`);
    let answer;
    for (let round = 0; answer === undefined && round < 50; round += 1) {
      answer = await shared.query('select 1 as n').then(([rows]) => rows[0].n, () => undefined);
    }
    context.assert.equal(Number(answer), 1);
  },
  async 'KILL QUERY'(context) {
    const victim = await killed(context, 'kill query');
    context.assert.equal(await value(victim, 'select 1'), 1);
  },
  async 'KILL'(context) {
    const victim = await killed(context, 'kill');
    await refused(victim.query('select 1'));
  },
  async 'the greeting\'s id is connection_id()'(context) {
    const connection = await connect(context);
    context.assert.equal(Number(await value(connection, 'select connection_id()')), connection.threadId);
  },
  async 'end'(context) {
    const connection = await connect(context);
    const closed = new Promise((resolve) => connection.connection.stream.on('close', resolve));
    await connection.end();
    await closed;
  },
  async 'wrong password'(context) {
    const error = await refused(connect(context, { password: 'wrong' }));
    context.assert.deepEqual([error.errno, error.sqlState], [1045, '28000']);
  },
  async 'unknown database'(context) {
    const error = await refused(connect(context, { database: 'no_such_database' }));
    context.assert.equal(error.errno, 1049);
  },
};
