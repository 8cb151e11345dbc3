// Sharing without anybody in between: the clipboard, or the reader's own mail program.

const address = new URL("../demo/", location.href).href;
const copied = document.getElementById("copied");

document.getElementById("mail").href += `&body=${encodeURIComponent(address)}`;
document.getElementById("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(address);
    copied.textContent = "Copied";
  } catch {
    copied.textContent = address;
  }
});
