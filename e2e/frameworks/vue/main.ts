// An order page in Vue.

import "damage-report";
import "damage-report/vue";
import { createApp } from "vue";
import OrderPage from "./OrderPage.vue";

createApp(OrderPage).mount("#page");
