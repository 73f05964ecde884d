/** Excel files aren't read or written here: the library that danfojs-node names isn't on the registry. */

function refuse() {
  throw new Error('Excel files are not supported in these notebooks: save the sheet as CSV and use readCSV')
}

module.exports = {
  read: refuse,
  readFile: refuse,
  write: refuse,
  writeFile: refuse,
  utils: new Proxy({}, { get: () => refuse }),
}
