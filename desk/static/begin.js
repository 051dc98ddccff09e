// The one script of the desk: puts the one-time code of the link, which stands behind the #, into its field,
// so that it never travels in an address. Without scripts the code can be pasted by hand.
const field = document.getElementById("sleutel");
const code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  field.value = code;
  field.closest(".field").hidden = true;
  history.replaceState(null, "", location.pathname);
  document.getElementById("naam").focus();
}
