//! A tenant in a box: Entra ID sign-in and Graph presence, a pure model and an HTTP face.
