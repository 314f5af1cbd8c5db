// The menu folds on narrow screens; without this file it stays unfolded and everything works.
(function () {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("site-menu");
  if (button && menu) {
    document.documentElement.classList.add("can-fold");
    button.hidden = false;
    button.addEventListener("click", function () {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("open", open);
    });
  }
  // After a mistake the list of mistakes is read first.
  const wrong = document.querySelector(".notice-bad[role=alert]");
  if (wrong) {
    wrong.focus();
  }
  // A second click on a button that has been sent does nothing.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method === "post") {
      if (form.dataset.sent) {
        event.preventDefault();
      }
      form.dataset.sent = "yes";
      window.setTimeout(function () { delete form.dataset.sent; }, 4000);
    }
  });
})();
