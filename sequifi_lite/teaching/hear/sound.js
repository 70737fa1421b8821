// A card: a player, and below it waveform (as high as its peak allows) and mel spectrogram, from the clip's samples.
const RATE = 16000,
  SIZE = 512,
  TOP = 8000,
  MOST = 240; // columns of a spectrogram; more are not to be seen
const COS = Float64Array.from({ length: SIZE / 2 }, (_, k) => Math.cos((-2 * Math.PI * k) / SIZE));
const SIN = Float64Array.from({ length: SIZE / 2 }, (_, k) => Math.sin((-2 * Math.PI * k) / SIZE));
const mel = (hertz) => 2595 * Math.log10(1 + hertz / 700);
const hertz = (m) => 700 * (10 ** (m / 2595) - 1);
// The power spectrum of a frame of SIZE samples, by the fast Fourier transform.
function spectrum(frame) {
  const re = Float64Array.from(frame),
    im = new Float64Array(SIZE);
  for (let i = 1, j = 0; i < SIZE; i++) {
    let bit = SIZE >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j]] = [re[j], re[i]];
  }
  for (let half = 1; half < SIZE; half *= 2) {
    for (let k = 0; k < half; k++) {
      const c = COS[(k * SIZE) / 2 / half],
        s = SIN[(k * SIZE) / 2 / half];
      for (let i = k; i < SIZE; i += 2 * half) {
        const j = i + half,
          x = re[j] * c - im[j] * s,
          y = re[j] * s + im[j] * c;
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
      }
    }
  }
  return re.slice(0, SIZE / 2 + 1).map((x, i) => x * x + im[i] * im[i]);
}
// Columns of a mel spectrogram: rows from low to high, in dB below the loudest place of the clip, at most 60.
function spectrogram(samples, columns, rows) {
  const window = Float64Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SIZE));
  const edges = Array.from({ length: rows + 1 }, (_, r) => (hertz((mel(TOP) * r) / rows) * SIZE) / RATE);
  const out = [];
  let most = 1e-12;
  for (let c = 0; c < columns; c++) {
    const middle = Math.round(((c + 0.5) * samples.length) / columns) - SIZE / 2;
    const power = spectrum(window.map((w, i) => w * (samples[middle + i] || 0)));
    out.push(
      edges.slice(0, rows).map((low, r) => {
        let sum = 0,
          n = 0;
        for (let k = Math.floor(low); k <= Math.min(SIZE / 2, Math.floor(edges[r + 1])); k++, n++) sum += power[k];
        most = Math.max(most, sum / n);
        return sum / n;
      }),
    );
  }
  return out.map((column) => column.map((p) => Math.max(0, 1 + (10 * Math.log10(p / most + 1e-12)) / 60)));
}
function bytes(address) {
  const text = atob(address.slice(address.indexOf(",") + 1));
  return Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer;
}
// A clip stands in its address; or, on the book's pages, in a script beside them, which the book's own script brings.
async function clipAt(address) {
  if (address.startsWith("data:")) return { src: address, content: bytes(address) };
  if (document.readyState === "loading")
    await new Promise((ok) => document.addEventListener("DOMContentLoaded", ok, { once: true }));
  return Sounds.bring(address);
}
function draw(canvas, samples) {
  const width = Math.max(120, canvas.clientWidth),
    high = 104,
    wave = 36,
    rows = high - wave;
  canvas.width = width;
  canvas.height = high;
  const pen = canvas.getContext("2d"),
    ink = getComputedStyle(canvas).color,
    [r, g, b] = ink.match(/\d+/g).map(Number);
  pen.fillStyle = ink;
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  for (let x = 0; x < width; x++) {
    let most = 0;
    const end = Math.floor(((x + 1) * samples.length) / width);
    for (let i = Math.floor((x * samples.length) / width); i < end; i++) most = Math.max(most, Math.abs(samples[i]));
    const tall = Math.max(1, (most / peak) * (wave - 4));
    pen.fillRect(x, (wave - tall) / 2, 1, tall);
  }
  const columns = Math.min(width, MOST),
    small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  const picture = pen.createImageData(columns, rows);
  spectrogram(samples, columns, rows).forEach((column, x) =>
    column.forEach((level, y) => {
      const at = 4 * ((rows - 1 - y) * columns + x);
      picture.data.set([r, g, b, 255 * level ** 1.5], at);
    }),
  );
  small.getContext("2d").putImageData(picture, 0, 0);
  pen.drawImage(small, 0, 0, columns, rows, 0, wave, width, rows);
}
// `caption` is what may be said of the clip now; a blind clip says nothing of its emotion.
function card(parent, clip, caption) {
  const figure = put(parent, "figure", { class: "sqp-clip" });
  put(figure, "figcaption", {}, caption);
  const audio = put(figure, "audio", { controls: "", preload: "none", "aria-label": "Play: " + caption });
  const stage = put(figure, "div", { class: "sqp-stage" });
  const canvas = put(stage, "canvas", { role: "img", "aria-label": "Waveform above, mel spectrogram below, of: " + caption });
  const hand = put(stage, "i", { "aria-hidden": "true", hidden: "" });
  const follow = () => {
    hand.hidden = audio.currentTime === 0;
    hand.style.left = (100 * audio.currentTime) / (audio.duration || 1) + "%";
    if (!audio.paused) requestAnimationFrame(follow);
  };
  for (const event of ["play", "seeked", "ended"]) audio.addEventListener(event, follow);
  audio.addEventListener("play", () => {
    for (const other of box.querySelectorAll("audio")) if (other !== audio) other.pause();
  });
  let samples = null;
  const again = () => samples && canvas.isConnected && draw(canvas, samples);
  const begin = () =>
    clipAt(clip.src)
      .then(({ src, content }) => {
        audio.preload = "metadata"; // two dozen of them would hold up the page
        audio.src = src;
        return new OfflineAudioContext(1, 1, RATE).decodeAudioData(content.slice(0));
      })
      .then((sound) => {
        samples = sound.getChannelData(0);
        const told = canvas.getAttribute("aria-label") + "; " + sound.duration.toFixed(1) + " seconds, up to 8 kHz";
        canvas.setAttribute("aria-label", told);
        again();
      })
      .catch(() => put(stage, "p", { class: "soft" }, "This browser draws no picture of the clip."));
  // A page may hold two dozen clips: a picture is made when its place comes near.
  const near = new IntersectionObserver(
    (places) => {
      if (!places.some((place) => place.isIntersecting)) return;
      near.disconnect();
      begin();
    },
    { rootMargin: "400px" },
  );
  near.observe(stage);
  new ResizeObserver(again).observe(stage);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "theme"] });
  return figure;
}
