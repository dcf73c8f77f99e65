/** The interactive API page: Swagger UI over this server's own schema, from this server's own files. */

import "swagger-ui-dist/swagger-ui.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({ url: "/openapi.json", dom_id: "#docs", validatorUrl: null });
