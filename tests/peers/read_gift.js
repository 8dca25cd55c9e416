// Reads GIFT from standard input as gift-pegjs does, and writes what it found as JSON, or {"error": ...}.
const { parse } = require("gift-pegjs");
try {
  console.log(JSON.stringify(parse(require("fs").readFileSync(0, "utf8"))));
} catch (error) {
  console.log(JSON.stringify({ error: error.message, location: error.location }));
}
