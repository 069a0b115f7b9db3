// What tests expect to fail, and where they write.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TransportError } from '../javascript/index.mjs';

/** What `call` rejects with, which must be of the class. */
export async function failure(call, kind = TransportError) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof kind, `${error} is not a ${kind.name}`);
    return error;
  }
  return assert.fail('there was no error');
}

/** Runs the test in a new directory. */
export async function inDirectory(body) {
  const directory = await mkdtemp(join(tmpdir(), 'fstore-clients-'));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
