// Sharing and printing by a button, where the browser can; the links beside them do the same without script.
const row = document.getElementById("share");
const share = document.getElementById("share-page");

row.hidden = false;
document.getElementById("print-page").addEventListener("click", () => window.print());

// what is folded on the screen is on the paper
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details")) folded.open = true;
});

if (navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => {
    // the reader may close the list of applications: that is no fault
    navigator.share({ title: row.dataset.title, url: row.dataset.url }).catch(() => undefined);
  });
}
