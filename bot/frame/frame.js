/* What the visitor's side does: it opens and closes on a phone, and leads to direct messages and back. */
const capability = window.location.hash.slice(1);
const side = document.getElementById("cohort-side");
const picker = document.getElementById("viewer-picker");
const count = document.getElementById("cohort-count");
const SEEN = "cohort-welcome-seen";
const EVERY = 2000;
const REPLY = 10000; // milliseconds in which new messages count as replies to the visitor

async function ask(path, body) {
  const reply = await fetch(path, {
    method: body ? "POST" : "GET",
    headers: { "X-Simcord-Capability": capability, "Content-Type": "application/json" },
    body: body ? JSON.stringify(body) : undefined,
  });
  return reply.ok ? reply.json() : null;
}

function viewer() {
  return picker.selectedOptions[0]?.textContent ?? "";
}

function openSide(open) {
  side.toggleAttribute("data-open", open);
  document.getElementById("cohort-toggle").setAttribute("aria-expanded", String(open));
  sessionStorage.setItem(SEEN, "yes");
}

async function look() {
  const state = await ask("/frame/state");
  if (!state) return;
  for (const button of document.querySelectorAll("[data-place]")) {
    if (button.dataset.place === state.place) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  const waiting = state.direct[viewer()] ?? 0;
  count.textContent = String(waiting);
  count.hidden = waiting === 0 || state.place === "direct";
}

for (const button of document.querySelectorAll("[data-place]")) {
  button.addEventListener("click", async () => {
    const moved = await ask("/frame/place", { place: button.dataset.place, viewer: viewer() });
    if (!moved) return;
    openSide(false);
    window.location.hash = moved.capability; // the page loads again in the other place
  });
}

// As in Discord, a visitor who sends or presses something sees the new message that follows, even after scrolling up.
const timeline = document.getElementById("channel-timeline");
const messages = document.getElementById("channel-message-list");
const newest = () => messages.querySelector(".channel-message:last-child")?.dataset.messageId;
let acted = { at: -REPLY, newest: undefined };
const act = () => { acted = { at: performance.now(), newest: newest() }; };
const lookAround = () => { acted.at = -REPLY; };
const composer = document.getElementById("channel-composer");
// At the document, because the library ends these events at the composer when a command is sent.
const on = (type, within, acts = () => true) =>
  document.addEventListener(type, (event) => { if (within.contains(event.target) && acts(event)) act(); }, true);
on("submit", composer);
on("keydown", composer, (event) => event.key === "Enter");
on("click", messages);
timeline.addEventListener("wheel", lookAround, { passive: true });
timeline.addEventListener("touchmove", lookAround, { passive: true });
setInterval(() => {
  if (performance.now() - acted.at < REPLY && newest() !== acted.newest) timeline.scrollTop = timeline.scrollHeight;
}, 250);

const name = Object.assign(document.createElement("div"), { className: "cohort-name", textContent: "Cohort" });
name.append(Object.assign(document.createElement("small"), { textContent: "Playground" }));
const toggle = Object.assign(document.createElement("button"), { id: "cohort-toggle", type: "button", textContent: "What to try" });
toggle.setAttribute("aria-controls", "cohort-side");
toggle.addEventListener("click", () => openSide(!side.hasAttribute("data-open")));
const bar = document.getElementById("toolbar");
bar.setAttribute("aria-label", "Playground");
bar.prepend(name);
bar.append(toggle);
document.getElementById("cohort-go").addEventListener("click", () => openSide(false));
if (sessionStorage.getItem(SEEN)) side.removeAttribute("data-open");
picker.addEventListener("change", look);
look();
setInterval(look, EVERY);
