// In the browser: takes over what the server rendered.

import { hydrateRoot } from "react-dom/client";
import { OrderPage } from "./OrderPage";

hydrateRoot(document.getElementById("page")!, <OrderPage />);
