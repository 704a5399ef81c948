#!/usr/bin/env node
'use strict';
// Checks reports against their schemas and what a schema cannot say.
//
//	tests/sarif/validate.js MODULES FILE...
//
// MODULES is the node_modules folder that tests/sarif/check fills. Files that
// end in .sarif must be SARIF 2.1.0 as GitHub's code scanning takes it; others
// are reports of --format json, for docs/schema/report.schema.json.

const fs = require('fs');
const path = require('path');

const [modules, ...files] = process.argv.slice(2);
const load = name => require(path.join(path.resolve(modules), name));
const readJson = file => JSON.parse(fs.readFileSync(file, 'utf8'));
const Ajv = load('ajv');

// The official schema is a draft 4, ours a draft 7.
function sarifValidator() {
	const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true });
	ajv.addMetaSchema(load('ajv/lib/refs/json-schema-draft-04.json'));
	const name = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
	return ajv.compile(load(name));
}

function reportValidator() {
	const ajv = new Ajv({ allErrors: true });
	const file = path.join(__dirname, '../../docs/schema/report.schema.json');
	return ajv.compile(readJson(file));
}

const isRelative = uri => /^([A-Za-z0-9._~\/-]|%[0-9A-F]{2})+$/.test(uri) &&
	!uri.startsWith('/');
const isFile = uri => /^file:\/\/\/([A-Za-z0-9._~\/-]|%[0-9A-F]{2})*$/.test(uri);

// One row per demand of GitHub that the schema does not make.
const demands = [
	['has at most 25,000 results', run => run.results.length <= 25000],
	['names every rule', run => run.results.every(r =>
		r.ruleIndex === undefined ||
		run.tool.driver.rules[r.ruleIndex].id === r.ruleId)],
	['has four coordinates, in order', run => run.results.every(r => {
		const at = r.locations[0].physicalLocation.region;
		return at.endLine > at.startLine || (at.endLine === at.startLine &&
			at.endColumn >= at.startColumn);
	})],
	['has relative, percent-encoded addresses', run => run.results.every(r => {
		const file = r.locations[0].physicalLocation.artifactLocation;
		return file.uriBaseId === '%SRCROOT%' ? isRelative(file.uri)
			: isFile(file.uri);
	})],
	['has line hashes of the right form', run => run.results.every(r => {
		const hash = r.partialFingerprints.primaryLocationLineHash;
		return hash === undefined || /^[0-9a-f]{1,16}:[1-9][0-9]*$/.test(hash);
	})],
	['has rules with what is shown of them', run => run.tool.driver.rules.every(
		rule => rule.help.markdown && rule.shortDescription.text &&
			rule.fullDescription.text.length <= 1024 &&
			rule.properties.tags.length <= 20 &&
			rule.properties.tags.includes('security') &&
			/^\d+\.\d$/.test(rule.properties['security-severity']))],
	['says of each failure to read that it failed', run => {
		const it = run.invocations[0];
		return it.executionSuccessful ||
			it.toolExecutionNotifications.some(n => n.level === 'error');
	}],
];

function problemsOf(file, validators) {
	const json = readJson(file);
	const sarif = file.endsWith('.sarif');
	const validate = sarif ? validators.sarif : validators.report;
	if (!validate(json))
		return validate.errors.slice(0, 10).map(
			e => `${e.dataPath} ${e.message}`);
	return sarif ? demands.filter(([, holds]) => !json.runs.every(holds))
		.map(([what]) => `no run that ${what}`) : [];
}

const validators = { sarif: sarifValidator(), report: reportValidator() };
let failed = 0;
for (const file of files) {
	const problems = problemsOf(file, validators);
	for (const problem of problems)
		console.log(`${file}: ${problem}`);
	failed += problems.length > 0;
}
console.log(`${files.length} reports, ${failed} not valid`);
process.exit(failed || !files.length ? 1 : 0);
