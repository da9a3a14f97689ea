// Times the npm package @divviup/prio3 beside us: node prio3_peer.mjs NODE_MODULES
//
// One JSON request a line on standard input, one JSON answer a line on standard output:
//   {"measurement": [0, 1, …], "chunk": 27, "seconds": 10}  makes the instance, verifies one report, warms the JIT
//   {"step": "shard", "calls": 40}                          times a step: ms a call of wall clock and of CPU
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { Prio3SumVec } = await import(pathToFileURL(`${folder}/@divviup/prio3/dist/index.js`));
const names = ["prio3", "vdaf", "field", "xof", "common"].map((name) => `@divviup/${name}`);
const version = (name) => JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version;

let steps = {};

// Verified and added up as its own protocol wants it: what is timed below is what makes this come out right.
async function prepare({ measurement, chunk, seconds }) {
  const vdaf = new Prio3SumVec({ shares: 2, length: measurement.length, bits: 1, chunkLength: chunk });
  const nonce = randomBytes(vdaf.nonceSize);
  const rand = randomBytes(vdaf.randSize);
  const key = randomBytes(vdaf.verifyKeySize);
  const { publicShare, inputShares } = await vdaf.shard(measurement, nonce, rand);
  const init = (id) => vdaf.prepareInit(key, id, null, nonce, publicShare, inputShares[id]);
  const found = [await init(0), await init(1)];
  const message = await vdaf.unshardPreparationShares(null, found.map((one) => one.preparationShare));
  const outs = found.map((one) => vdaf.prepareNext(one.preparationState, message).outputShare);
  const total = vdaf.unshard(null, outs.map((out) => vdaf.aggregate(null, [out])), 1);
  const tampered = { ...found[1].preparationShare, verifiersShare: [...found[1].preparationShare.verifiersShare] };
  tampered.verifiersShare[0] ^= 1n;
  const refused = await vdaf
    .unshardPreparationShares(null, [found[0].preparationShare, tampered])
    .then(() => false, () => true);
  steps = {
    shard: () => vdaf.shardEncoded(measurement, nonce, rand),
    "verify_init, leader": () => init(0),
    "verify_init, helper": () => init(1),
  };
  let warmUps = 0;
  for (const start = performance.now(); performance.now() - start < seconds * 1000; warmUps++) {
    for (const step of Object.values(steps)) await step();
  }
  const encoded = await vdaf.shardEncoded(measurement, nonce, rand);
  return {
    total,
    refused,
    warmUps,
    sizes: [encoded.publicShare, ...encoded.inputShares].map((share) => share.length),
    versions: { node: process.versions.node, ...Object.fromEntries(names.map((name) => [name, version(name)])) },
  };
}

async function time({ step, calls }) {
  const run = steps[step];
  const cpu = process.cpuUsage();
  const wall = performance.now();
  for (let call = 0; call < calls; call++) await run();
  const took = performance.now() - wall;
  const { user, system } = process.cpuUsage(cpu);
  return { wall: took / calls, cpu: (user + system) / 1000 / calls };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(await (request.step ? time(request) : prepare(request))));
}
