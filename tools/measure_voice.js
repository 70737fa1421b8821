// What tools/measure_voice.py lets the page's scripts do under node: a function of Voice and of sounds by name.
// CPU time is told, so that a busy machine may be asked; "row7" is a clip of Emo-DB whose row in the playground's file is 7.
// `parts` are the files of the encoder; CHAIN stands for the source and the second corpus.
async (V, { sounds }) => {
  const said = [], listener = new V.Listener((message) => said.push(message));
  await listener.receive({ kind: "records", records: Forgetting.records });
  await listener.receive({ kind: "projection", projection: Forgetting.projection });
  for (const part of parts) await listener.receive({ kind: "part", ...part });
  await listener.receive({ kind: "train", token: 1, chain: CHAIN });
  const last = (type) => said.filter(({ kind }) => kind === type).pop();
  const answer = async (clip) => {
    await listener.receive({ kind: "answer", token: 1, id: 0, clip });
    return last("answers").shares.map((head) => Array.from(head.slice(-4)));
  };
  const heard = {};
  for (const [name, samples] of Object.entries(sounds)) {
    const start = process.cpuUsage();
    await listener.receive({ kind: "hear", id: name, samples, rate: V.RATE });
    const { user, system } = process.cpuUsage(start), ms = (user + system) / 1000, { embedding, coordinates } = last("heard");
    heard[name] = { ms, embedding: Array.from(embedding), here: await answer({ coordinates }) };
    if (name.startsWith("row")) heard[name].mel = Array.from(V.logMel(samples).mel);
    const row = Number(name.slice(3));
    if (name.startsWith("row")) heard[name].there = await answer({ corpus: "emodb", row });
  }
  return heard;
}
