// Runs a Python script in CPython as WebAssembly, with the files of this machine under their own names.
// usage: node pyodide.mjs FOLDER/pyodide.mjs SCRIPT [ARGUMENT...]
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, , program, ...words] = process.argv;
const { loadPyodide } = await import(pathToFileURL(path.resolve(program)).href);
const python = await loadPyodide();
const mounted = "/machine";

// What names a file there, or one that the script will make, is found under the mount.
const within = (word) => (word.includes("/") ? mounted + path.resolve(word) : word);
python.FS.mkdirTree(mounted);
python.FS.mount(python.FS.filesystems.NODEFS, { root: "/" }, mounted);
python.setStdout({ isatty: false, write: (bytes) => (process.stdout.write(Buffer.from(bytes)), bytes.length) });
python.globals.set("words", python.toPy(words.map(within)));
python.runPython(`
import runpy, sys
sys.argv = list(words)
del words
runpy.run_path(sys.argv[0], run_name="__main__")
`);
