// Passkeys: shows the forms that need one where the browser knows them, and says in the page when it did not work.
(function () {
  "use strict"
  const told = document.getElementById("passkey_told")
  const webauthn = window.allauth && window.allauth.webauthn
  const can = Boolean(window.PublicKeyCredential && webauthn)
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault()
    if (told) told.hidden = false
  })
  const ids = {
    login: "passkey_button",
    authenticate: "passkey_button",
    add: "passkey_button",
    credential: "passkey_credential",
    passwordless: "id_passwordless",
    data: "js_data",
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!can) {
      // Where there is no other way on the page, say why there is nothing to press.
      if (told && form.dataset.passkey === "add") told.hidden = false
      continue
    }
    form.hidden = false
    webauthn.forms[form.dataset.passkey + "Form"]({ ids: ids })
    form.addEventListener("submit", function (event) {
      // Enter in the field for the name is the button, not the form.
      event.preventDefault()
      document.getElementById("passkey_button").click()
    })
  }
})()
