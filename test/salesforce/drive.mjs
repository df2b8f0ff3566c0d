// Drives the referral intake of a running server, BASE, with jsforce: a token, the two referrals of the document,
// reading back, a query, a fault, and the end of the session.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import jsforce from 'jsforce';

const { BASE, CLIENT_ID = 'demo', CLIENT_SECRET = 'demo' } = process.env;
const vectors = JSON.parse(await readFile(new URL('../../spec/vectors/salesforce/referrals.json', import.meta.url)));
const sample = (beginning) => vectors.find((v) => v.name.startsWith(beginning)).request.body;
const resource = '/connect/health/referral-management/referrals';

const connection = new jsforce.Connection({
  oauth2: { loginUrl: BASE, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
  instanceUrl: BASE,
  version: '66.0',
});
await connection.authorize({ grant_type: 'client_credentials' });
assert.ok(connection.accessToken, 'a token');

const send = (body) => connection.request({
  method: 'POST', url: resource, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
});

const known = await send(sample('A referral for a patient who is known'));
assert.equal(known.error, null);
assert.equal(known.referralIds.length, 1);

const fresh = await send(sample('A referral for a new patient'));
assert.equal(fresh.referralIds.length, 2);

const record = await connection.sobject('ClinicalServiceRequest').retrieve(fresh.referralIds[0]);
assert.equal(record.Id, fresh.referralIds[0]);
assert.deepEqual([record.Status, record.Type, record.Priority, record.IsAccepted], ['Draft', 'Plan', 'Routine', false]);

const patient = await connection.sobject('Account').retrieve(record.PatientId);
assert.deepEqual([patient.FirstName, patient.LastName, patient.Phone], ['Joe', 'Clark', '801XXXXX89']);

const found = await connection.query(`SELECT Id, Priority FROM ClinicalServiceRequest WHERE Id = '${known.referralIds[0]}'`);
assert.equal(found.totalSize, 1);
assert.equal(found.records[0].Priority, 'Urgent');

const sourced = { SourceSystem: 'County EHR', SourceSystemIdentifier: `R-${Date.now()}`, Status: 'Active' };
const twice = [];
for (let i = 0; i < 2; i++) {
  twice.push(await send({ patient: { id: record.PatientId }, referral: { fields: sourced } }));
}
assert.deepEqual(twice[0], twice[1], 'the same call is the same referral');
const bySource = await connection.query(`SELECT Id, Status FROM ClinicalServiceRequest WHERE SourceSystemIdentifier = '${sourced.SourceSystemIdentifier}'`);
assert.deepEqual(bySource.records.map((r) => [r.Id, r.Status]), [[twice[0].referralIds[0], 'Active']]);

await assert.rejects(send({ patient: { fields: { FirstName: 'Joe' } }, referral: { fields: {} } }), (e) => e.errorCode === 'REQUIRED_FIELD_MISSING');
await assert.rejects(connection.sobject('ClinicalServiceRequest').retrieve('0lvA0999999999IAAQ'), (e) => e.errorCode === 'NOT_FOUND');

const token = connection.accessToken;
await connection.logout();
const after = new jsforce.Connection({ instanceUrl: BASE, accessToken: token, version: '66.0' });
await assert.rejects(after.sobject('Account').retrieve(record.PatientId), (e) => e.errorCode === 'INVALID_SESSION_ID');
console.log('jsforce: all calls are answered as expected');
