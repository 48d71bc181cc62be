// On the server: the page as text.

import { renderToString } from "react-dom/server";
import { OrderPage } from "./OrderPage";

export const page = renderToString(<OrderPage />);
