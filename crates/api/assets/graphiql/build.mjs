// Bundles and compresses; the result is committed, so that building Spoor needs no Node.
import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const result = await build({
  entryPoints: ['main.jsx'],
  bundle: true,
  minify: true,
  write: false,
  outdir: 'out',
  jsx: 'automatic',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.woff': 'empty', '.woff2': 'empty', '.ttf': 'empty' },
  metafile: true,
});
for (const { path, text } of result.outputFiles) {
  const isStyle = path.endsWith('.css');
  // The reader's own fonts do: those embedded in the style sheet are most of its size.
  const lean = isStyle ? text.replace(/@font-face\s*\{[^}]*\}/g, '') : text;
  writeFileSync(isStyle ? 'graphiql.css.gz' : 'graphiql.js.gz', gzipSync(lean, { level: 9 }));
}

// The licence of everything that is in the bundle.
const inputs = Object.keys(result.metafile.inputs);
const packages = [...new Set(inputs.map((file) => file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))];
const licences = packages.sort().map((name) => {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : `${license}, without a text of its own.`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync('LICENCES.txt', licences.join('\n' + '-'.repeat(80) + '\n\n'));
