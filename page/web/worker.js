'use strict';
// Reads a capture outside of the page, so that the page stays quick and can end this at any time.
onmessage = ({ data: { wasm, file } }) => {
  const reader = new FileReaderSync();
  const chunk = 1 << 20;
  let buffer = new Uint8Array(0);
  let at = 0;
  let used = 0;
  try {
    wasm_bindgen.initSync({ module: wasm });
    const summary = wasm_bindgen.read_capture({
      read(most) {
        if (used === buffer.length) {
          buffer = new Uint8Array(reader.readAsArrayBuffer(file.slice(at, at + chunk)));
          at += buffer.length;
          used = 0;
          postMessage({ read: at });
        }
        const octets = buffer.subarray(used, used + most);
        used += octets.length;
        return octets;
      },
      rows(json) {
        postMessage({ rows: json });
      },
    });
    postMessage({ summary });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
