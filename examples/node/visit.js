#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// visit.js READERS: waits for a My Number card, identifies it, and shows tries left and the four attributes. READERS: pcsc, usb or
// virtual:DIRECTORY. Needs the package koffi (npm install) and libmyna.so.0. The PIN of the resident's data is read from standard input.
const fs = require('fs');
const util = require('util');
const koffi = require('koffi');

const library = koffi.load(process.env.MYNA_LIBRARY || 'libmyna.so.0'), declare = (text) => library.func(text);
const message = declare('const char *myna_error_message(void *error, int language)');
const advice = declare('const char *myna_error_advice(void *error, int language)');
const freeError = declare('void myna_error_free(void *error)');
const dataBytes = declare('void *myna_data_bytes(void *data)'), dataSize = declare('size_t myna_data_size(void *data)');
const freeData = declare('void myna_data_free(void *data)');
const triesLeft = declare('int myna_session_tries_left(void *session, const char *pin)');

// Operations wait for the card: they run on a thread of Node's pool, and the event loop goes on.
function fallible(text) {
  const waiting = util.promisify(declare(text).async);
  return async (...given) => {
    const error = [null];
    const result = await waiting(...given, error);
    if (error[0] === null) return result;
    const words = `${message(error[0], 0)} ${advice(error[0], 0)}`;
    freeError(error[0]);
    throw new Error(words);
  };
}
const addReaders = fallible('int myna_options_add_readers(void *options, const char *readers, _Out_ void **error)');
const setOption = fallible('int myna_options_set(void *options, const char *name, const char *value, _Out_ void **error)');
const newKiosk = fallible('void *myna_kiosk_new(void *options, _Out_ void **error)');
const waitForCard = fallible('void *myna_kiosk_session(void *kiosk, const char *reader, int milliseconds, _Out_ void **error)');
const identify = fallible('int myna_session_identify(void *session, _Out_ void **error)');
const countTries = fallible('int myna_session_count_tries(void *session, _Out_ void **error)');
const readAttributes = fallible('int myna_session_read_attributes(void *session, const char *name, const char *pin, _Out_ void **error)');
const getData = fallible('void *myna_session_data(void *session, const char *name, _Out_ void **error)');

async function main(readers) {
  const options = declare('void *myna_options_new()')();
  await addReaders(options, readers);
  if (readers.startsWith('virtual:')) await setOption(options, 'test-issuers', 'yes');
  const kiosk = await newKiosk(options);
  console.log('Please place your card. / カードを置いてください。');
  const session = await waitForCard(kiosk, null, 30000);
  const show = async (name) => {
    const data = await getData(session, name);
    console.log(name, koffi.decode(dataBytes(data), 'char', Number(dataSize(data))));
    freeData(data);
  };
  await identify(session);
  await countTries(session);
  console.log('tries left', triesLeft(session, 'text'));
  await show('pseudonym');
  await readAttributes(session, 'text', fs.readFileSync(0, 'utf8').trim());
  for (const name of ['name', 'address', 'birth-date', 'sex', 'attributes-report']) await show(name);
  for (const [kind, handle] of [['session', session], ['kiosk', kiosk], ['options', options]])
    declare(`void myna_${kind}_free(void *handle)`)(handle);
}

main(process.argv[2]).catch((error) => { console.error(error.message); process.exit(1); });
